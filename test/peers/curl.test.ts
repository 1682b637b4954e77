import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.js'
import { endPrograms, example, Program } from '../support/program.js'

const numbers = Array.from({ length: 1_400_000 }, (_, i) => `${i}\n`).join('')

function curl(...args: string[]): Program {
  return new Program('curl', ['--noproxy', '*', '--silent', '--show-error', '--max-time', '20', ...args])
}

describe.runIf(needs('program', 'curl'))('curl, from examples/http-server.ts', () => {
  let url = ''
  beforeAll(async () => {
    const [, found = ''] = await example('http-server', '0').line(/serving (\S+)\//)
    url = found
  })
  afterAll(endPrograms)

  it('gets a page', async () => {
    expect(await curl(`${url}/`).output()).toBe('Served from a plain socket.\n')
  })

  it('gets 10 MB, unchanged', async () => {
    const sha = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(numbers.length).toBeGreaterThan(10_000_000)
    expect(sha(await curl(`${url}/numbers`).output())).toBe(sha(numbers))
  })

  it('gets many pages over one connection, a large one among them', async () => {
    const paths = ['/', '/numbers', '/', '/nowhere', '/']
    const client = curl(
      '--write-out',
      '%{http_code} %{num_connects}\n',
      ...paths.flatMap(path => ['-o', '/dev/null', url + path]),
    )
    expect(await client.output()).toBe('200 1\n200 0\n200 0\n404 0\n200 0\n')
  })

  it('gets what HEAD tells, without a body, and goes on over the connection', async () => {
    const client = curl('--head', '--write-out', '%{num_connects}\n', `${url}/numbers`, `${url}/`)
    const text = await client.output()
    expect(text).toContain(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${numbers.length}\r\n`)
    expect(text).toContain('Content-Length: 28\r\n')
    expect(text.match(/^\d$/gm)).toEqual(['1', '0'])
  })

  it('gets 404 for what is not there, and 405 for what cannot be done', async () => {
    const code = ['--write-out', '%{http_code} ']
    expect(await curl(...code, `${url}/nowhere`).output()).toBe('404 Not Found\n404 ')
    expect(await curl(...code, '--data', 'body', `${url}/`).output()).toBe('405 Method Not Allowed\n405 ')
    expect(await curl(...code, '--request', 'DELETE', `${url}/`).output()).toBe('405 Method Not Allowed\n405 ')
  })

  it('gets an HTTP/1.0 answer that ends with the connection, and keep-alive where it asks', async () => {
    expect(await curl('--include', '--http1.0', `${url}/`).output()).toContain('Connection: close\r\n')
    const kept = curl('--include', '--http1.0', '--header', 'Connection: keep-alive', `${url}/`)
    expect(await kept.output()).toContain('Connection: keep-alive\r\n')
  })

  it('gets twenty large pages at once', async () => {
    const each = Array.from({ length: 20 }, () => ['-o', '/dev/null', `${url}/numbers`]).flat()
    const text = await curl('--parallel', '--write-out', '%{http_code} %{size_download}\n', ...each).output()
    expect(text).toBe(`200 ${numbers.length}\n`.repeat(20))
  })

  it('is told of a head that is too long', async () => {
    const client = curl(
      '--write-out',
      '%{http_code}',
      '--header',
      `X: ${'x'.repeat(20_000)}`,
      '-o',
      '/dev/null',
      `${url}/`,
    )
    expect(await client.output()).toBe('431')
  })

  it('breaks off a large page, and the server goes on', async () => {
    const client = curl('--limit-rate', '100k', '-o', '/dev/null', '--verbose', `${url}/numbers`)
    await client.line(/< HTTP\/1.1 200 OK/)
    await client.kill('SIGKILL')
    expect(await curl(`${url}/`).output()).toBe('Served from a plain socket.\n')
  })
})
