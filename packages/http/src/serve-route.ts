import type { Request, RequestHandler, Response } from 'express'
import { callerOf } from './caller.ts'
import { type FieldProblem, invalid, problem, type Reply } from './problem.ts'
import type { Route } from './route.ts'
import { fieldProblems } from './validation.ts'

/** Validates a request by the route's schemas, calls its handler and sends the reply. */
export function serveRoute(route: Route): RequestHandler {
  return async (request, response) => {
    sendReply(response, (await refuseOrHandle(route, request)) ?? { status: 500 })
  }
}

/** Levels are outdated a second later, and a cache in a proxy or a browser would hide their age. */
const EVERY_REPLY = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }

/**
 * Writes a reply; a body is JSON unless the reply's headers say otherwise. Uses `writeHead` and `end`, not
 * `response.json`, whose settings, charsets, ETags and conditional requests aren't needed and would cost every answer.
 */
export function sendReply(response: Response, { status, body, json, headers }: Reply): void {
  const text = json ?? (body === undefined ? undefined : JSON.stringify(body))
  if (text === undefined) return void response.writeHead(status, { ...EVERY_REPLY, ...headers }).end()
  const content = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  response.writeHead(status, { ...content, ...EVERY_REPLY, ...headers }).end(text)
}

async function refuseOrHandle(route: Route, request: Request): Promise<Reply> {
  const { schemas } = route
  if (schemas.body !== undefined && !request.is('application/json')) {
    return problem({
      status: 415,
      code: 'unsupported_media_type',
      detail: `header Content-Type: must be application/json, not ${request.get('content-type') ?? 'missing'}`,
      errors: [{ field: 'header Content-Type', message: 'must be application/json' }],
    })
  }
  const errors: FieldProblem[] = []
  const parse = (place: 'path' | 'query' | 'header' | 'body', value: unknown) => {
    const schema = schemas[place === 'header' ? 'headers' : place]
    // A query on a route without one is an unknown field.
    if (schema === undefined) return place === 'query' ? refuseQuery(value, errors) : undefined
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    errors.push(...fieldProblems(parsed.error, place))
    return undefined
  }
  const path = parse('path', request.params)
  const query = parse('query', request.query)
  const headers = parse('header', request.headers)
  const body = parse('body', request.body)
  if (errors.length > 0) return invalid(errors)
  return route.handle({ path, query, headers, body, caller: callerOf(request), request })
}

function refuseQuery(query: unknown, errors: FieldProblem[]): undefined {
  for (const name of Object.keys(query as object)) {
    errors.push({ field: `query ${name}`, message: 'unknown; this route takes no query' })
  }
  return undefined
}
