import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createWakeUpSender, listenForWakeUps } from './feed-wake-ups.ts'

const HOST = '127.0.0.1'

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

function senderTo(ports: number[], host = HOST) {
  const sender = createWakeUpSender(ports.map((port) => ({ host, port })))
  onTestFinished(() => sender.close())
  return sender
}

async function countWakeUps(port: number): Promise<{ received: number }> {
  const count = { received: 0 }
  const listening = await listenForWakeUps({ host: HOST, port }, () => {
    count.received += 1
  })
  onTestFinished(() => listening.close())
  return count
}

test('each wake-up reaches every reader that listens, also one that began to listen late', async () => {
  const [early, late] = [await freePort(), await freePort()]
  const sender = senderTo([early, late])
  const atEarly = await countWakeUps(early)
  sender.send()
  await expect.poll(() => atEarly.received).toBe(1)
  const atLate = await countWakeUps(late)
  sender.send()
  await expect.poll(() => [atEarly.received, atLate.received]).toEqual([2, 1])
})

test('a reader that is down, or whose host name does not resolve, does not keep wake-ups from the others', async () => {
  const [down, up] = [await freePort(), await freePort()]
  const count = await countWakeUps(up)
  senderTo([1], 'no-such-host.invalid').send()
  const sender = senderTo([down, up])
  sender.send()
  await expect.poll(() => count.received).toBe(1)
  sender.send()
  await expect.poll(() => count.received).toBe(2)
})

test('listening on a UDP port that is taken rejects', async () => {
  const port = await freePort()
  await countWakeUps(port)
  await expect(listenForWakeUps({ host: HOST, port }, () => {})).rejects.toThrow(/EADDRINUSE/)
})
