import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Stack } from '../stack.ts'

/** Answers people's commands about a running stack: status, stop, one component, one store more. */
export function serveControl(server: Server, stack: Stack, token: string): void {
  server.on('request', (request, response) => {
    answer(request, response, stack, token).catch((error) => {
      // Once lines have been sent, the status is out: the failure is the last line.
      say(response, { error: error instanceof Error ? error.message : String(error) })
      response.end()
    })
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  stack: Stack,
  token: string,
): Promise<void> {
  // Every user of this machine can reach the socket; only one who can read the secrets file may command.
  if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
    response.writeHead(401).end()
    return
  }
  response.setHeader('connection', 'close')
  const [, topic, name, action] = (request.url ?? '').split('/')
  const command = `${request.method} ${topic}${action ? ` ${action}` : ''}`
  const stopListening = stack.onLog((line) => say(response, { line }))
  try {
    if (command === 'GET status') say(response, { result: await stack.status() })
    else if (command === 'POST stop') await stack.stop()
    else if (command === 'POST stores') say(response, { result: await stack.addStore() })
    else if (command === 'POST components stop') await stack.stopComponent(name ?? '')
    else if (command === 'POST components start') await stack.startComponent(name ?? '')
    else throw new Error(`no such command: ${command}`)
  } finally {
    stopListening()
  }
  response.end()
}

function say(response: ServerResponse, message: object): void {
  response.write(`${JSON.stringify(message)}\n`)
}

function sameText(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
