import { once } from 'node:events'
import { glob, readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fetchWithin, waitFor } from './ask.ts'

/** A server that takes every connection, says `words` to its first bytes, and nothing more. */
async function silentServer(words = ''): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => void socket.write(words))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a server that never answers is given up', async () => {
  await expect(fetchWithin(100, await silentServer())).rejects.toThrow(/aborted due to timeout/)
})

test('a server that goes silent in the middle of its answer is given up', async () => {
  const response = await fetchWithin(
    200,
    await silentServer('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
  )
  await expect(response.text()).rejects.toThrow(/aborted due to timeout/)
})

test('a step whose server never answers fails at its limit and says so', async () => {
  const url = await silentServer()
  const probe = async () => (await fetchWithin(50, url)).ok
  await expect(waitFor('the silent one', probe, 150)).rejects.toThrow(
    /the silent one: not within 0.15 s; last seen: .*timeout/,
  )
})

test('no request of the runner goes without a limit', async () => {
  const without: string[] = []
  for await (const file of glob('**/*.ts', { cwd: import.meta.dirname })) {
    if (file.startsWith('ask.')) continue
    if (/\bfetch\(/.test(await readFile(join(import.meta.dirname, file), 'utf8'))) without.push(file)
  }
  expect(without).toEqual([])
})
