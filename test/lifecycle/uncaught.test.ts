// What is thrown inside handlers goes where Node sends it, and the sockets go on.
import { describe, expect, it } from 'vitest'
import { runModule } from '../support/node.js'

const watching = `
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin))
const caught = new Promise(resolve => process.once('uncaughtException', resolve))
const [a, b] = Socket.pair(SOCK_STREAM)
`

async function linesOf(text: string): Promise<string[]> {
  const { code, stdout, stderr } = await runModule(watching + text)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.trimEnd().split('\n')
}

describe('what is thrown', () => {
  it('in a then-callback is an unhandled rejection, and the socket goes on', async () => {
    expect(
      await linesOf(`
        b.recv(1).then(() => { throw new Error('mine') })
        await turn()
        posix.send(a.fd, Buffer.from('x'))
        await caught
        a.trySend(Buffer.from('y'))
        console.log(String(await b.recv(1)))`),
    ).toEqual(['caught mine unhandledRejection', 'y'])
  })

  it('in an abort listener is an uncaught exception, and the operation ends all the same', async () => {
    expect(
      await linesOf(`
        const controller = new AbortController()
        controller.signal.addEventListener('abort', () => { throw new Error('mine') })
        const receiving = b.recv(1, controller).catch(reason => reason.name)
        await turn()
        controller.abort()
        console.log(await receiving)
        await turn()`),
    ).toEqual(expect.arrayContaining(['caught mine uncaughtException', 'AbortError']))
  })

  it('in a data event of a duplex is an uncaught exception, and the next chunk still comes', async () => {
    expect(
      await linesOf(`
        let count = 0
        const second = new Promise(resolve => b.duplex().on('data', data => {
          if (++count === 1) throw new Error('mine')
          resolve(data)
        }))
        a.trySend(Buffer.from('x'))
        await caught
        a.trySend(Buffer.from('y'))
        console.log(String(await second))
        process.exit(0)`),
    ).toEqual(['caught mine uncaughtException', 'y'])
  })

  it('in an end event of a duplex is an uncaught exception', async () => {
    expect(
      await linesOf(`
        b.duplex().on('end', () => { throw new Error('mine') }).resume()
        a.close()
        await caught`),
    ).toEqual(['caught mine uncaughtException'])
  })

  it('in a write callback of a duplex is an uncaught exception', async () => {
    expect(
      await linesOf(`
        b.duplex().write('x', () => { throw new Error('mine') })
        await caught`),
    ).toEqual(['caught mine uncaughtException'])
  })

  it('inside for await leaves the loop and the socket open', async () => {
    expect(
      await linesOf(`
        a.trySend(Buffer.from('xy'))
        const loop = async () => { for await (const chunk of b.chunks({ size: 1 })) throw new Error('mine') }
        await loop().catch(error => console.log('thrown', error.message))
        console.log(String(await b.recv(1)))`),
    ).toEqual(['thrown mine', 'y'])
  })

  it('ends the process with code 1 where nobody catches it', async () => {
    const { code, stderr } = await runModule(`
      const [a, b] = Socket.pair(SOCK_STREAM)
      b.recv(1).then(() => { throw new Error('mine') })
      await turn()
      a.trySend(Buffer.from('x'))
      await sleep(5000)`)
    expect(code).toBe(1)
    expect(stderr).toContain('mine')
  })

  it('by nobody, but rejected for nobody, is an unhandled rejection of the operation', async () => {
    const { code, stderr } = await runModule(`
      const [a, b] = Socket.pair(SOCK_STREAM)
      b.recv(1)
      await turn()
      b.close()
      await sleep(5000)`)
    expect(code).toBe(1)
    expect(stderr).toContain('ECANCELED')
  })
})
