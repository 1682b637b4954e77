// Tells the service manager how the service is: sd_notify(3), an AF_UNIX datagram to $NOTIFY_SOCKET.
//
//   systemd-run --user --service-type=notify npx tsx examples/sd-notify.ts
import { AF_UNIX, SOCK_DGRAM, Socket } from 'bsd-sockets'

/** Whether there was anybody to tell. Descriptors are for FDSTORE=1. */
export async function notify(state: Record<string, string | number>, fds: readonly number[] = []): Promise<boolean> {
  const path = process.env['NOTIFY_SOCKET']
  if (!path) return false
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  const data = Buffer.from(
    Object.entries(state)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const address = { path: path.replace(/^@/, '\0') }
  const control = fds.length > 0 ? [{ type: 'SCM_RIGHTS' as const, fds }] : undefined
  await socket.sendmsg({ data, address, control }, { timeout: 1000 })
  return true
}

const told = await notify({ READY: 1, STATUS: `serving, as ${process.pid}`, MAINPID: process.pid })
console.log(told ? 'told the service manager' : 'there is no service manager to tell')
