// What the compiler accepts and refuses: names.
import {
  type Addrinfo,
  AF_INET,
  getaddrinfo,
  getifaddrs,
  getnameinfo,
  type InterfaceAddress,
  type Nameinfo,
  SOCK_STREAM,
  type SockaddrIn,
  type SockaddrIn6,
  Socket,
  type SocketType,
} from 'bsd-sockets'
import * as posix from 'bsd-sockets/posix'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const yes = <T extends true>(): T | undefined => undefined

export async function lookupsArePromises(): Promise<void> {
  const found = await getaddrinfo('localhost', 80, { family: AF_INET, type: SOCK_STREAM, signal: undefined })
  yes<Same<typeof found, Addrinfo[]>>()
  yes<Same<Addrinfo['address'], SockaddrIn | SockaddrIn6>>()
  yes<Same<Addrinfo['type'], SocketType>>()
  yes<Same<Addrinfo['canonname'], string | undefined>>()
  for (const { address, type, protocol } of found) {
    // @ts-expect-error not narrowed yet
    void address.scopeId
    if (address.family === AF_INET) await new Socket(address.family, type, protocol).connect(address)
  }
  yes<Same<ReturnType<typeof getnameinfo>, Promise<Nameinfo>>>()
  void getaddrinfo(null, 'http', { signal: AbortSignal.timeout(1) })
  // @ts-expect-error a node is text or null
  void getaddrinfo(1)
  // @ts-expect-error no family of names
  void getaddrinfo('localhost', 80, { family: 'AF_UNIX' })
  // @ts-expect-error a misspelt hint
  void getaddrinfo('localhost', 80, { typ: SOCK_STREAM })
  // @ts-expect-error an address is no text
  void getnameinfo('127.0.0.1')
}

export function inPosixTheyAreSynchronous(): void {
  yes<Same<ReturnType<typeof posix.getaddrinfo>, Addrinfo[]>>()
  yes<Same<ReturnType<typeof posix.getnameinfo>, Nameinfo>>()
  // @ts-expect-error nothing to take back
  posix.getaddrinfo('localhost', 80, { signal: AbortSignal.timeout(1) })
  posix.gai_strerror('EAI_NONAME')
  posix.gai_strerror(-2)
}

export function whatIsInNoDatabaseIsNull(): void {
  const service = posix.getservbyname('http', 'tcp')
  // @ts-expect-error perhaps there is none
  void service.port
  yes<Same<typeof service, { name: string; aliases: string[]; port: number; protocol: string } | null>>()
  const protocol = posix.getprotobynumber(6)
  yes<Same<typeof protocol, { name: string; aliases: string[]; number: number } | null>>()
  // @ts-expect-error a port is a number
  posix.getservbyport('80')
}

export function interfacesMayHaveNoAddress(): void {
  const [one] = getifaddrs()
  yes<Same<typeof one, InterfaceAddress | undefined>>()
  yes<Same<InterfaceAddress['netmask'], SockaddrIn | SockaddrIn6 | undefined>>()
  // @ts-expect-error perhaps it has none
  void one?.address.port
}
