// Names where the system itself fails the C library: its error is told, and is not taken for a name that is not there.
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { runModule } from '../support/node.js'
import { run } from '../support/program.js'

const withoutSockets = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=socket', '-e', 'inject=socket:error=EMFILE']

async function told(text: string, under: readonly string[]): Promise<unknown> {
  const header = `
    const told = error => ({ code: error.code, errno: error.errno, syscall: error.syscall, hostname: error.hostname })
    const outcome = async ask => { try { return await ask() } catch (error) { return told(error) } }
  `
  const { code, stdout, stderr } = await runModule(header + text, { under, deadline: 20_000 })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

describe.runIf(needs('linux') && needs('program', 'strace', 'python3'))(
  'getaddrinfo without a socket to ask by',
  () => {
    it('tells the errno of an EAI_SYSTEM as C does', async () => {
      const program = `
import socket
try: socket.getaddrinfo('nosuch.invalid', None, flags=socket.AI_ADDRCONFIG)
except OSError as error: print(error.errno)`
      const expected = Number(await run('strace', ...withoutSockets, 'python3', '-c', program))
      const found = await told(
        `const ask = ({ getaddrinfo }) => () => getaddrinfo('nosuch.invalid', null, { flags: bsd.AI_ADDRCONFIG })
       console.log(JSON.stringify([await outcome(ask(posix)), await outcome(ask(bsd))]))`,
        ['strace', ...withoutSockets],
      )
      const error = { errno: -Math.abs(expected), syscall: 'getaddrinfo', hostname: 'nosuch.invalid' }
      expect(found).toMatchObject([error, error])
    })

    it('has no errno of another call to tell', async () => {
      const found = await told(
        `await outcome(() => posix.close(99_999)) // EBADF
       console.log(JSON.stringify(await outcome(() => posix.getaddrinfo('nosuch.invalid'))))`,
        ['strace', ...withoutSockets],
      )
      expect(found).toMatchObject({ code: expect.stringMatching(/^(EAI_|EMFILE)/), syscall: 'getaddrinfo' })
    })
  },
)

describe.runIf(needs('linux') && needs('program', 'prlimit'))('with every descriptor in use', () => {
  it('services, protocols and interfaces are an error, and not missing', async () => {
    const found = await told(
      `try { for (;;) posix.dup(0) } catch (error) { if (error.code !== 'EMFILE') throw error }
       const { getservbyname, getservbyport, getprotobyname, getprotobynumber, getifaddrs, if_nameindex } = posix
       const asks = [
         () => getservbyname('http'), () => getservbyport(80), () => getprotobyname('tcp'), () => getprotobynumber(6),
         getifaddrs, if_nameindex,
       ]
       console.log(JSON.stringify(await Promise.all(asks.map(outcome))))`,
      ['prlimit', '--nofile=400:400'],
    )
    const names = ['getservbyname', 'getservbyport', 'getprotobyname', 'getprotobynumber', 'getifaddrs', 'if_nameindex']
    expect(found).toEqual(names.map(syscall => ({ code: 'EMFILE', errno: -24, syscall })))
  })
})
