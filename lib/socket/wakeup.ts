// What wakes the event loop when sockets have something: libuv's poll, or a thread where there is no libuv.

const ways = ['uv', 'thread'] as const

// Others than Node take its addons without having its event loop: Bun aborts the process in uv_poll_init, Deno crashes
// in its uv_poll.
const { bun, deno } = process.versions
const own: (typeof ways)[number] = bun === undefined && deno === undefined ? 'uv' : 'thread'

function asked(): (typeof ways)[number] | undefined {
  const text = process.env['BSD_SOCKETS_WAKEUP'] ?? ''
  const way = ways.find(one => one === text)
  if (way === undefined && text !== '')
    throw new Error(`BSD_SOCKETS_WAKEUP is one of ${ways.join(', ')}; it was ${text}`)
  if (way === 'uv' && own !== 'uv') throw new Error('BSD_SOCKETS_WAKEUP=uv is for Node: this run-time has no libuv')
  return way
}

/** `BSD_SOCKETS_WAKEUP=thread` chooses the thread under Node too. */
export const wakeup = asked() ?? own
