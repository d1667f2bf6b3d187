import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type FaultWire, openFaultWire } from './fault-wire.ts'

/** An echo server, and a wire to it. */
async function openEcho(): Promise<{ wire: FaultWire; dial: () => Socket }> {
  const server = createServer((socket) => socket.pipe(socket).on('error', () => {}))
  const target = await listen(server)
  onTestFinished(() => void server.close())
  const spare = createServer()
  const port = await listen(spare)
  spare.close()
  const wire = await openFaultWire({ port, target })
  onTestFinished(() => wire[Symbol.asyncDispose]())
  return { wire, dial: () => connect(port, '127.0.0.1').on('error', () => {}) }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Everything that came back so far. */
function heardOn(socket: Socket): () => string {
  let heard = ''
  socket.on('data', (bytes) => {
    heard += bytes.toString()
  })
  return () => heard
}

test('an intact wire carries everything, and a cut one nothing until it is healed', async () => {
  const { wire, dial } = await openEcho()
  const first = dial()
  const heard = heardOn(first)
  first.write('milk')
  await expect.poll(heard).toBe('milk')
  const gone = once(first, 'close')
  wire.cut()
  await gone
  await once(dial(), 'close')
  wire.heal()
  const second = dial()
  const heardAgain = heardOn(second)
  second.write('bread')
  await expect.poll(heardAgain).toBe('bread')
  second.destroy()
})

test('bytes that a black hole held back arrive in order once it is healed', async () => {
  const { wire, dial } = await openEcho()
  const socket = dial()
  const heard = heardOn(socket)
  socket.write('1')
  await expect.poll(heard).toBe('1')
  wire.blackHole('back')
  socket.write('2')
  socket.write('3')
  await new Promise(setImmediate)
  expect(heard()).toBe('1')
  wire.heal()
  await expect.poll(heard).toBe('123')
  socket.destroy()
})

test('bytes stay in order when a delay ends', async () => {
  const { wire, dial } = await openEcho()
  const socket = dial()
  const heard = heardOn(socket)
  wire.delay(100)
  socket.write('1')
  await expect.poll(heard).toBe('1')
  socket.write('2')
  wire.heal()
  socket.write('3')
  await expect.poll(heard).toBe('123')
  socket.destroy()
})
