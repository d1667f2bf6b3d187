import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createDecoder } from './decoder.ts'

const SCHEMA = JSON.stringify({ type: 'record', name: 'Row', fields: [{ name: 'seq', type: 'int' }] })

async function urlOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A record of the schema with this id, whose one field is 7. */
const recordOf = (id: number) => Buffer.from([0, 0, 0, id >> 8, id & 255, 14])

test('a registry that accepts the request and never answers is unreachable, at each attempt', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})))
  const url = await urlOf(silent)
  onTestFinished(() => {
    silent.close()
    for (const socket of sockets) socket.destroy()
  })
  const decoder = createDecoder(url, { answerWithinMs: 50 })
  for (const asked of [1, 2]) {
    await expect(decoder.prepare([recordOf(7)])).rejects.toMatchObject({
      code: 'registry_unreachable',
      canRetry: true,
    })
    expect(sockets.length).toBeGreaterThanOrEqual(asked)
  }
})

test('a registry that refuses the connection is unreachable', async () => {
  const decoder = createDecoder('http://127.0.0.1:1')
  await expect(decoder.prepare([recordOf(7)])).rejects.toMatchObject({ code: 'registry_unreachable' })
})

/** A registry that answers the request for a schema with the status that is its id. */
async function openRegistry() {
  const answers = new Map<number, number>()
  const registry = createHttpServer((request, response) => {
    const id = Number(request.url?.split('/').at(-1))
    const status = answers.get(id) ?? id
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? { schema: SCHEMA } : { error_code: status, message: 'no' }))
  })
  const url = await urlOf(registry)
  onTestFinished(() => void registry.close())
  return { url, answers }
}

test.each([400, 404, 422])(
  'a schema id that the registry answers with %s makes only its own records undecodable',
  async (id) => {
    const { url, answers } = await openRegistry()
    const decoder = createDecoder(url)
    await decoder.prepare([recordOf(id), recordOf(200)])
    expect(decoder.decode(recordOf(id))).toEqual({
      ok: false,
      reason: `undecodable: no schema ${id} in the registry (${id})`,
    })
    expect(decoder.decode(recordOf(200))).toEqual({ ok: true, name: 'Row', fields: { seq: 7 } })
    // A registry that was restored late may have the schema at the next attempt.
    answers.set(id, 200)
    await decoder.prepare([recordOf(id)])
    expect(decoder.decode(recordOf(id))).toMatchObject({ ok: true })
  },
)

test.each([401, 429, 500, 503])(
  'a schema id that the registry answers with %s is requested again',
  async (id) => {
    const { url, answers } = await openRegistry()
    const decoder = createDecoder(url)
    await expect(decoder.prepare([recordOf(id)])).rejects.toMatchObject({ code: 'registry_unreachable' })
    answers.set(id, 200)
    await decoder.prepare([recordOf(id)])
    expect(decoder.decode(recordOf(id))).toMatchObject({ ok: true })
  },
)
