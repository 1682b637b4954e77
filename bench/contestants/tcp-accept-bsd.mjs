// `tcp-accept` with Socket. tcp-accept-bsd <connections | accept>
import { AF_INET, SOCK_STREAM, Socket } from 'bsd-sockets'

const listener = new Socket(AF_INET, SOCK_STREAM).bind({ address: '127.0.0.1', port: 0 }).listen()
console.log(JSON.stringify({ port: listener.getsockname().port }))
if (process.argv[2] === 'connections') for await (const { socket } of listener.connections()) socket.close()
for (;;) (await listener.accept()).socket.close()
