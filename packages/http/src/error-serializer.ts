/** Characters of each text of an error that a log line keeps. */
const MESSAGE_LENGTH = 1_000
const STACK_LENGTH = 4_000
const SQL_LENGTH = 300
/** Errors that caused one another, the outermost included. */
const DEPTH = 4

/** An error as a log line has it. */
export interface LoggedError {
  type: string
  message: string
  code?: string | number
  /** The beginning of the statement that a database's driver was given. */
  sql?: string
  stack?: string
  cause?: LoggedError
}

/**
 * The one way in which an error gets into a log: named members only, each cut to a length. A database's driver hangs the
 * whole statement on its errors, which are megabytes of a store's facts.
 */
export function serializeError(error: unknown, depth = DEPTH): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: cut(String(error), MESSAGE_LENGTH) }
  const { code, sql } = error as { code?: unknown; sql?: unknown }
  return {
    type: error.name,
    message: cut(error.message, MESSAGE_LENGTH),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof sql === 'string' ? { sql: cut(sql, SQL_LENGTH) } : {}),
    ...(error.stack === undefined ? {} : { stack: cut(error.stack, STACK_LENGTH) }),
    ...(error.cause === undefined || depth <= 1 ? {} : { cause: serializeError(error.cause, depth - 1) }),
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`
}
