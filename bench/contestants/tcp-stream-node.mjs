// `tcp-stream` with node:net. tcp-stream-node <data | onread | write> <bytes>; each line of the input is a port.
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const [role, bytes] = [process.argv[2], Number(process.argv[3])]
const buffer = Buffer.alloc(65_536)

async function data(to) {
  let received = 0
  const socket = connect(to)
  socket.on('data', chunk => {
    received += chunk.length
  })
  await once(socket, 'close')
  return received
}

async function onread(to) {
  let received = 0
  const callback = count => {
    received += count
    return true
  }
  const socket = connect({ ...to, onread: { buffer, callback } })
  socket.resume()
  await once(socket, 'close')
  return received
}

async function write(to) {
  let sent = 0
  const socket = connect(to)
  const fill = () => {
    while (sent < bytes) {
      sent += buffer.length
      if (!socket.write(buffer)) return
    }
    socket.end()
  }
  socket.on('connect', fill).on('drain', fill)
  socket.resume()
  await once(socket, 'close')
  return sent
}

const roles = { data, onread, write }
for await (const port of createInterface({ input: process.stdin })) {
  const moved = await roles[role]({ host: '127.0.0.1', port: Number(port) })
  console.log(JSON.stringify({ bytes: moved }))
}
