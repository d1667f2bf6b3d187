import { Fault } from '@shelfwire/contracts'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { problem, type Reply } from './problem.ts'
import { sendReply } from './serve-route.ts'

/** Seconds a client is asked to wait before it tries again. */
const RETRY_AFTER_S = 1

/** The one place where an error becomes an answer: a stable code, never a stack, never a 5xx's inner message. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const reply = replyTo(error)
    if (reply.status >= 500) {
      const at = { method: request.method, path: request.path }
      if (error instanceof Fault) log.warn({ ...at, code: error.code }, error.message)
      else log.error({ ...at, err: error }, 'request failed')
    }
    sendReply(response, reply)
  }
}

/** The refusal that an error becomes: for the error handler, and for batches that answer row by row. */
export function replyTo(error: unknown): Reply {
  if (error instanceof Fault && error.canRetry) {
    const status = error.code === 'lane_full' ? 429 : 503
    const headers = { 'retry-after': String(RETRY_AFTER_S) }
    return problem({
      status,
      code: error.code,
      detail: `${error.message}; try again with the same key`,
      headers,
    })
  }
  return (
    bodyReaderProblem(error) ??
    problem({ status: 500, code: 'internal', detail: 'the service failed; it is logged' })
  )
}

/** Express's body reader and router mark their errors with `type` and `status`. */
function bodyReaderProblem(error: unknown): Reply | undefined {
  if (!(error instanceof Error)) return undefined
  const { type, status } = error as { type?: string; status?: number }
  switch (type) {
    case 'entity.too.large':
      return problem({ status: 413, code: 'body_too_large', detail: 'body: must be at most 1 MiB' })
    case 'entity.parse.failed':
      return problem({ status: 400, code: 'malformed_json', detail: `body: must be JSON; ${error.message}` })
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return problem({
        status: 415,
        code: 'unsupported_media_type',
        detail: `body: must be UTF-8; ${error.message}`,
      })
    case undefined:
      break
    default:
      if (status !== undefined && status < 500)
        return problem({ status: 400, code: 'bad_body', detail: `body: ${error.message}` })
  }
  return error instanceof URIError || status === 400
    ? problem({ status: 400, code: 'malformed_path', detail: 'path: must be percent-encoded UTF-8' })
    : undefined
}

/** 405 for a path that exists under other methods, naming them; 404 for one that doesn't. */
export function unknownRoute(methodsAt: (path: string) => readonly string[]): RequestHandler {
  return (request, response) => {
    const methods = methodsAt(request.path)
    if (methods.length === 0) {
      const detail = `there is nothing at ${request.path}; see /docs for what there is`
      return sendReply(response, problem({ status: 404, code: 'unknown_route', detail }))
    }
    const allow = methods.join(', ')
    const detail = `${request.method} is not possible at ${request.path}; legal: ${allow}`
    return sendReply(
      response,
      problem({ status: 405, code: 'method_not_allowed', detail, headers: { allow } }),
    )
  }
}
