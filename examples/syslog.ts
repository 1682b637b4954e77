// syslog over an AF_UNIX datagram socket, both ends: a daemon that prints what arrives, and the call that logs.
//
//   npx tsx examples/syslog.ts serve /tmp/log
//   npx tsx examples/syslog.ts log 'disk on fire' [path, /dev/log]
//   logger -u /tmp/log 'another client'
import { unlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { AF_UNIX, SOCK_DGRAM, Socket, SocketError } from 'bsd-sockets'

const facilities = 'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp'.split(' ')
const severities = 'emerg alert crit err warning notice info debug'.split(' ')

/** Prints every message that arrives at `path`, until `signal` aborts. */
async function syslogd(path: string, signal: AbortSignal): Promise<void> {
  using socket = new Socket(AF_UNIX, SOCK_DGRAM).bind({ path })
  signal.addEventListener('abort', () => socket.close()) // ends the loop below
  console.log(`waiting at ${path}`)
  try {
    for await (const { data, truncated } of socket.datagrams({ size: 8192 })) {
      const [, priority = '13', text = ''] = /^(?:<(\d{1,3})>)?(.*)$/s.exec(data.toString()) ?? []
      const facility = facilities[Number(priority) >> 3] ?? `facility ${Number(priority) >> 3}`
      console.log(`${facility}.${severities[Number(priority) & 7]}: ${text.trimEnd()}${truncated ? ' …' : ''}`)
    }
  } finally {
    unlinkSync(path) // the library never does: who made a path removes it
  }
}

/** Logs like syslog(3). Without a daemon, or with one that hangs, it says so and goes on. */
async function log(text: string, path = '/dev/log', facility = 'user', severity = 'notice'): Promise<boolean> {
  const priority = facilities.indexOf(facility) * 8 + severities.indexOf(severity)
  const now = new Date()
  const time = `${now.toString().slice(4, 7)} ${String(now.getDate()).padStart(2)} ${now.toString().slice(16, 24)}`
  const line = `<${priority}>${time} ${basename(process.argv[1] ?? 'node')}[${process.pid}]: ${text}`
  using socket = new Socket(AF_UNIX, SOCK_DGRAM)
  try {
    await socket.sendto(Buffer.from(line), { path }, { timeout: 100 })
    return true
  } catch (error) {
    if (!(error instanceof SocketError)) throw error
    console.error(error.message) // ENOENT and ECONNREFUSED: nobody is there; ETIMEDOUT: its queue is full
    return false
  }
}

const [command, argument, path] = process.argv.slice(2)
if (command === 'serve' && argument !== undefined) {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  await syslogd(argument, stop.signal)
} else if (command === 'log' && argument !== undefined) {
  if (!(await log(argument, path))) process.exitCode = 1
} else {
  console.error('syslog.ts serve <path> | syslog.ts log <text> [path]')
  process.exitCode = 2
}
