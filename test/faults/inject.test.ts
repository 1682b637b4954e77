// Errors injected by strace into the real calls of a real exchange: it completes, or the call fails with that code.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { runModule, runProgram } from '../support/node.js'

const exchange = fileURLToPath(new URL('exchange.mjs', import.meta.url))

interface Result {
  failures: { step: string; code: string; syscall?: string }[]
  left: number
}

/** Runs the exchange, or a part of it, with some calls failing; answers what it printed and how many calls did fail. */
async function exchangeWith(
  syscall: string,
  error: string,
  when: string,
  part?: string,
): Promise<Result & { injected: number }> {
  const under = ['strace', '-f', '-qq', '--seccomp-bpf', '-e', `trace=${syscall}`]
  const inject = ['-e', `inject=${syscall}:error=${error}:when=${when}`]
  const outcome = await runProgram([...under, ...inject, process.execPath, exchange, ...(part ? [part] : [])], {
    deadline: 20_000,
  })
  const { code, signal, overdue, stdout, stderr } = outcome
  if (code !== 0)
    throw new Error(
      `the exchange ended with ${overdue ? 'its deadline' : (signal ?? code)}:\n${stdout}${stderr.slice(-2000)}`,
    )
  const result: Result = JSON.parse(stdout)
  return { ...result, injected: stderr.split('(INJECTED)').length - 1 }
}

// What reports an error to its caller, by system call; connections() reports none of these.
const reporters: Record<string, readonly string[]> = {
  recvfrom: ['recv', 'recvfrom'],
  sendto: ['send', 'sendto', 'sendall'],
  sendmsg: ['sendall'],
  accept4: ['accept'],
  connect: ['connect'],
}

describe.runIf(needs('program', 'strace'))('an exchange', () => {
  it.each([
    ['recvfrom', '2+3'],
    ['recvfrom', '1+2'],
    ['sendto', '2+3'],
    ['sendmsg', '1+2'],
    ['accept4', '1+2'],
    ['accept4', '2+3'],
    ['epoll_wait', '1+2'],
  ])('does not notice an EINTR of %s (%s)', async (syscall, when) => {
    const { failures, left, injected } = await exchangeWith(syscall, 'EINTR', when)
    expect({ failures, left }).toEqual({ failures: [], left: 0 })
    expect(injected).toBeGreaterThan(0)
  })

  it.each([
    ['sendto', '1'],
    ['sendmsg', '1+2'],
    ['recvfrom', '1'],
    ['recvfrom', '2+3', 'messages'],
    ['recvfrom', '3+3', 'messages'],
    ['accept4', '1'],
    ['accept4', '2+3'],
  ])('waits and goes on at an EAGAIN of %s (%s)', async (syscall, when, part?: string) => {
    const { failures, left, injected } = await exchangeWith(syscall, 'EAGAIN', when, part)
    expect({ failures, left }).toEqual({ failures: [], left: 0 })
    expect(injected).toBeGreaterThan(0)
  })

  it.each([
    ['recvfrom', 'ENOBUFS', '2+3'],
    ['recvfrom', 'ENOMEM', '2+3'],
    ['sendto', 'ENOBUFS', '2+3'],
    ['sendto', 'ENOMEM', '2+3'],
    ['sendmsg', 'ENOBUFS', '1+2'],
    ['sendmsg', 'ENOMEM', '2+3'],
    ['accept4', 'EMFILE', '2+3'],
    ['accept4', 'ENFILE', '2+3'],
    ['accept4', 'ENOBUFS', '1+2'],
    ['accept4', 'ENOMEM', '1+2'],
    ['accept4', 'ECONNABORTED', '1+2'],
    ['accept4', 'EPROTO', '2+3'],
    ['accept4', 'ENETUNREACH', '2+3'],
    ['connect', 'ENOBUFS', '2+3'],
    ['connect', 'EADDRNOTAVAIL', '2+3'],
    ['connect', 'ENETUNREACH', '2+3'],
  ])('reports of %s an %s where it happened, and goes on (%s)', async (syscall, error, when) => {
    const { failures, left, injected } = await exchangeWith(syscall, error, when)
    expect(left).toBe(0)
    expect(injected).toBeGreaterThan(0)
    for (const failure of failures) {
      expect(failure.code).toBe(error)
      expect(reporters[syscall]).toContain(failure.step)
    }
    expect(failures.length).toBeLessThanOrEqual(injected)
    expect(failures.length).toBeGreaterThan(0)
  })

  it('does not ask without end where nothing comes of an event', async () => {
    const text = `
      const [one, other] = Socket.pair(SOCK_DGRAM)
      const receiving = other.recv(1, { timeout: 300 }).catch(error => error.code)
      await one.send(Buffer.from('x'))
      console.log(await receiving)`
    const under = ['strace', '-f', '-qq', '-e', 'trace=recvfrom', '-e', 'inject=recvfrom:error=EAGAIN']
    const { stdout, stderr } = await runModule(text, { under })
    expect(stdout.trim()).toBe('ETIMEDOUT')
    expect(stderr.split('(INJECTED)').length - 1).toBeLessThan(8)
  })

  it('waits for room at an EAGAIN of connect on AF_UNIX, and reports one of TCP', async () => {
    const { failures, left } = await exchangeWith('connect', 'EAGAIN', '2+3')
    expect(left).toBe(0)
    expect(failures.length).toBeGreaterThan(0)
    for (const failure of failures) expect(failure).toEqual({ step: 'connect', code: 'EAGAIN', syscall: 'connect' })
  })

  it.each(['socket', 'socketpair', 'epoll_create1'])(
    'of a process in which %s fails ends with that error',
    async syscall => {
      const inject = `inject=${syscall}:error=EMFILE:when=3+1`
      const under = ['strace', '-f', '--seccomp-bpf', '-qq', '-e', `trace=${syscall}`, '-e', inject]
      const program = [...under, process.execPath, exchange]
      const { code, overdue, stdout, stderr } = await runProgram(program, { deadline: 20_000 })
      expect(overdue).toBe(false)
      if (code !== 0) expect(stderr).toContain('EMFILE')
      else expect(JSON.parse(stdout)).toMatchObject({ left: 0 })
    },
  )
})
