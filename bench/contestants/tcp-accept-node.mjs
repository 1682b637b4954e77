// `tcp-accept` with node:net.
import { createServer } from 'node:net'

const server = createServer(socket => socket.destroy())
server.listen(0, '127.0.0.1', 4096, () => {
  console.log(JSON.stringify({ port: server.address().port }))
})
