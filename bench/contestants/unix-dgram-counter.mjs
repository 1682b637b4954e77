// What the receivers with events of `unix-dgram` share: counts messages, and a line of output for each so many.
export function counter(messages, bytes) {
  let count = 0
  let started = 0n
  return message => {
    if (message.length !== bytes) throw new Error('a message of another length')
    if (count++ === 0) started = process.hrtime.bigint()
    if (count < messages) return
    console.log(JSON.stringify({ messages, seconds: Number(process.hrtime.bigint() - started) / 1e9 }))
    count = 0
  }
}
