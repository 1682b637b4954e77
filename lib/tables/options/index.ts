// Every option, level by level.
export * from './ip.js'
export * from './ipv6.js'
export * from './socket.js'
export * from './tcp.js'
