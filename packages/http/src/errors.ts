import { Fault } from '@shelfwire/contracts'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { serializeError } from './error-serializer.ts'
import { problem, type Reply } from './problem.ts'
import { sendReply } from './serve-route.ts'

/** Seconds a client is asked to wait before it tries again. */
const RETRY_AFTER_S = 1

/** The one place where an error becomes an answer: a stable code, never a stack, never the message of a 5xx. */
export function errorHandler(log: Logger, faultOf: (error: unknown) => unknown): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown)
    const error = faultOf(thrown)
    const reply = replyTo(error)
    if (reply.status >= 500) logFailure(log, error, { method: request.method, path: request.path })
    sendReply(response, reply)
  }
}

/** Logs why a request failed: a known Fault in one line, anything else with its stack. */
export function logFailure(log: Logger, error: unknown, at: object): void {
  if (!(error instanceof Fault)) {
    log.error({ ...at, err: error }, 'request failed')
    return
  }
  const { code, message, cause } = error
  log.warn(
    { ...at, code, ...(cause instanceof Error ? { because: serializeError(cause).message } : {}) },
    message,
  )
}

/** The problem that an error becomes: for the error handler, and for batches that answer row by row. */
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
    problem({ status: 500, code: 'internal', detail: 'the service failed; the error is in its log' })
  )
}

/** Errors of Express's body parser and router, which have a `type` and a `status`. */
function bodyReaderProblem(error: unknown): Reply | undefined {
  if (!(error instanceof Error)) return undefined
  const { type, status, code } = error as { type?: string; status?: number; code?: string }
  // Thrown for path or query, before a body is read.
  if (error instanceof URIError) {
    const detail = 'path and query: must be percent-encoded UTF-8'
    return problem({ status: 400, code: 'malformed_path', detail })
  }
  if (status === undefined || status >= 500) return undefined
  switch (type) {
    case 'entity.too.large':
      return problem({ status: 413, code: 'body_too_large', detail: 'body: must be at most 1 MiB' })
    case 'encoding.unsupported':
      return problem({
        status: 415,
        code: 'unsupported_media_type',
        detail: `header Content-Encoding: must be gzip, deflate, br, zstd or left out; ${error.message}`,
      })
    case undefined:
      // Errors of zlib have a code and no type.
      return code === undefined
        ? undefined
        : problem({
            status: 400,
            code: 'malformed_encoding',
            detail: `body: must match the header Content-Encoding; ${error.message}`,
          })
    default:
      return problem({ status: 400, code: 'bad_body', detail: `body: ${error.message}` })
  }
}

/** 405 for a path that exists under other methods, naming them; 404 for one that doesn't. */
export function unknownRoute(methodsAt: (path: string) => readonly string[]): RequestHandler {
  return (request, response) => {
    const methods = methodsAt(request.path)
    if (methods.length === 0) {
      const detail = `there is nothing at ${request.path}; see /docs for the routes`
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
