// Errors injected by strace into the calls of batches, and of messages that the kernel is to cut.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { runModule, runProgram } from '../support/node.js'

const program = fileURLToPath(new URL('batch.mjs', import.meta.url))
const cut = [...Array(9).fill(100), 50]
const round = { sent: [4, 950], lengths: [1, 1, ...cut, 1, ...cut], whole: true }

/** Runs the program with some calls failing: what it printed, and its calls as strace saw them. */
async function runWith(inject: string): Promise<{ rounds: unknown; calls: string[] }> {
  const under = ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=sendmsg,sendmmsg,recvmmsg,recvmsg', '-e']
  const { code, stdout, stderr } = await runProgram([...under, `inject=${inject}`, process.execPath, program], {
    deadline: 20_000,
  })
  expect(code, stderr).toBe(0)
  return { rounds: JSON.parse(stdout), calls: stderr.split('\n').filter(line => /\b(send|recv)m?msg\(/.test(line)) }
}

describe.runIf(needs('program', 'strace'))('a batch whose calls fail', () => {
  it.each([
    'sendmmsg:error=EINTR:when=1+2',
    'sendmmsg:error=EAGAIN:when=1',
    'recvmmsg:error=EAGAIN:when=1+2',
    'recvmmsg:error=EINTR:when=1+2',
    'sendmsg:error=EINTR:when=1+2',
    'sendmsg:error=EAGAIN:when=1',
  ])('arrives whole: %s', async inject => {
    const { rounds, calls } = await runWith(inject)
    expect(rounds).toEqual([round, round])
    expect(calls.filter(line => line.includes('INJECTED')).length).toBeGreaterThan(0)
  })

  it.each(['EIO', 'EINVAL'])('is cut here, from the first %s on', async error => {
    const { rounds, calls } = await runWith(`sendmsg:error=${error}:when=1`)
    expect(rounds).toEqual([round, round])
    const injected = calls.findIndex(line => line.includes('INJECTED'))
    expect(calls[injected]).toContain('msg_controllen=24')
    expect(calls.slice(injected + 1).filter(line => line.includes('msg_controllen=24'))).toEqual([])
  })

  it.each(['EIO', 'EINVAL'])('sends again what is to be cut, or before it: %s', async error => {
    const { rounds, calls } = await runWith(`sendmmsg:error=${error}:when=2`)
    expect(rounds).toEqual([round, round])
    expect(calls.filter(line => line.includes('INJECTED')).length).toBe(1)
  })

  it('tells of a message that is cut how much of it was sent: try forms too', async () => {
    const text = `
      const receiver = new Socket(AF_INET, SOCK_DGRAM).bind({ address: '127.0.0.1' })
      const told = []
      for (const send of ['trySendmsg', 'sendmsg']) {
        const sender = new Socket(AF_INET, SOCK_DGRAM)
        await sender.connect(receiver.getsockname())
        try {
          await sender[send]({ data: Buffer.alloc(130_000) }, { segmentSize: 1000 })
        } catch ({ code, bytesSent }) {
          told.push([code, bytesSent])
        }
      }
      console.log(JSON.stringify(told))`
    const under = ['strace', '-f', '-qq', '-e', 'trace=sendmsg', '-e', 'inject=sendmsg:error=EPERM:when=2+2']
    expect(JSON.parse((await runModule(text, { under })).stdout)).toEqual([
      ['EPERM', 65_000],
      ['EPERM', 65_000],
    ])
  })

  it('moves message by message where the system lacks the calls', async () => {
    const { rounds, calls } = await runWith('sendmmsg,recvmmsg:error=ENOSYS')
    expect(rounds).toEqual([round, round])
    expect(calls.filter(line => line.includes('sendmsg(')).length).toBeGreaterThan(8)
    expect(calls.filter(line => line.includes('recvmsg(')).length).toBeGreaterThan(40)
  })
})
