import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createFeedNotifier, hearFeedNotices } from './feed-wake-ups.ts'

const HOST = '127.0.0.1'

/** A port that nobody has, or had a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

function notifier(ports: number[], host = HOST) {
  const made = createFeedNotifier(ports.map((port) => ({ host, port })))
  onTestFinished(() => made.close())
  return made
}

async function countNotices(port: number): Promise<{ heard: number }> {
  const count = { heard: 0 }
  const hearing = await hearFeedNotices({ host: HOST, port }, () => {
    count.heard += 1
  })
  onTestFinished(() => hearing.close())
  return count
}

test('every listener hears of each notice, also one that began to listen late', async () => {
  const [early, late] = [await freePort(), await freePort()]
  const { notify } = notifier([early, late])
  const atEarly = await countNotices(early)
  notify()
  await expect.poll(() => atEarly.heard).toBe(1)
  const atLate = await countNotices(late)
  notify()
  await expect.poll(() => [atEarly.heard, atLate.heard]).toEqual([2, 1])
})

test('a listener that is away, or whose name leads nowhere, is no trouble for the others', async () => {
  const [away, there] = [await freePort(), await freePort()]
  const heard = await countNotices(there)
  notifier([1], 'no-such-host.invalid').notify()
  const { notify } = notifier([away, there])
  notify()
  await expect.poll(() => heard.heard).toBe(1)
  notify()
  await expect.poll(() => heard.heard).toBe(2)
})

test('a port that another has is refused to whoever wants to listen', async () => {
  const port = await freePort()
  await countNotices(port)
  await expect(hearFeedNotices({ host: HOST, port }, () => {})).rejects.toThrow(/EADDRINUSE/)
})
