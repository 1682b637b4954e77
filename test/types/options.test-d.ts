// What must and must not compile of the values of options. Checked by tsc, never run.
import {
  ICMP_FILTER,
  IP_ADD_MEMBERSHIP,
  IP_MSFILTER,
  IP_MULTICAST_IF,
  SO_ATTACH_FILTER,
  SO_COOKIE,
  SO_DETACH_FILTER,
  SO_MAX_PACING_RATE,
  SO_PEERCRED,
  type Socket,
  type SourceFilter,
  TCP_INFO,
} from 'bsd-sockets'

declare const socket: Socket

export function valuesHaveTheirTypes(): void {
  const filter: SourceFilter = socket.getsockopt(IP_MSFILTER, { group: '239.0.0.1' })
  const cookie: bigint = socket.getsockopt(SO_COOKIE)
  const { pid }: { pid: number } = socket.getsockopt(SO_PEERCRED)
  const rtt: number = socket.getsockopt(TCP_INFO).rtt
  const device: string = socket.setsockopt(IP_MULTICAST_IF, 1).getsockopt(IP_MULTICAST_IF)
  const types: number[] = socket.setsockopt(ICMP_FILTER, [0]).getsockopt(ICMP_FILTER)
  socket.setsockopt(IP_MSFILTER, filter).setsockopt(SO_DETACH_FILTER, true)
  socket.setsockopt(IP_ADD_MEMBERSHIP, { group: '239.0.0.1', interface: 'eth0' })
  void [cookie, pid, rtt, device, types]
}

export function whatIsWrongDoesNotCompile(): void {
  // @ts-expect-error a read that takes an argument
  socket.getsockopt(IP_MSFILTER)
  // @ts-expect-error an argument without a group
  socket.getsockopt(IP_MSFILTER, {})
  // @ts-expect-error write only
  socket.getsockopt(SO_ATTACH_FILTER)
  // @ts-expect-error read only
  socket.setsockopt(TCP_INFO, {})
  // @ts-expect-error bigint, not number
  socket.setsockopt(SO_MAX_PACING_RATE, 1000)
  // @ts-expect-error set with true
  socket.setsockopt(SO_DETACH_FILTER, false)
  // @ts-expect-error an object, not an address
  socket.setsockopt(IP_ADD_MEMBERSHIP, '239.0.0.1')
}
