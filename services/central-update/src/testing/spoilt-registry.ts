import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The registry at `url`, but for ids that it answers with a status of the test's own. */
export async function spoilRegistry(url: string) {
  const statuses = new Map<number, number>()
  const server = createServer(async (request, response) => {
    const status = statuses.get(Number(request.url?.split('/').at(-1)))
    if (status !== undefined) return void response.writeHead(status).end()
    const answer = await fetch(new URL(request.url ?? '/', url), { headers: { accept: 'application/json' } })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${new URL(url).pathname}`,
    answer: (id: number, status: number) => void statuses.set(id, status),
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections()
      server.close()
    },
  }
}
