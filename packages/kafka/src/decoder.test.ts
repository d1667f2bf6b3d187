import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createDecoder } from './decoder.ts'

test('a registry that takes the question and says nothing is unreachable, each time anew', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    silent.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = silent.address() as AddressInfo
  const decoder = createDecoder(`http://127.0.0.1:${port}`, { answerWithinMs: 50 })
  const value = Buffer.from([0, 0, 0, 0, 7, 1])
  for (const asked of [1, 2]) {
    await expect(decoder.prepare([value])).rejects.toMatchObject({
      code: 'registry_unreachable',
      canRetry: true,
    })
    expect(sockets.length).toBe(asked)
  }
})
