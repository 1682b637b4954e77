// What a socket heard, up to a datagram that says 'end': what comes before it, and what does not, without a wait.
import type { Socket } from 'bsd-sockets'

/** The texts that came before `ends` datagrams said 'end'. */
export async function heardUntilEnd(socket: Socket, ends = 1): Promise<string[]> {
  const texts: string[] = []
  let left = ends
  for await (const { data } of socket.datagrams({ timeout: 5000 })) {
    if (data.toString() !== 'end') texts.push(data.toString())
    else if (--left === 0) break
  }
  return texts
}
