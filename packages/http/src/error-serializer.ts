/** Characters of each text of an error that a log line keeps. */
const MESSAGE_LENGTH = 1_000
const STACK_LENGTH = 4_000
const SQL_LENGTH = 300
/** The longest chain of causes that is logged, the outermost error included. */
const DEPTH = 4

/** An error in a log line. */
export interface LoggedError {
  type: string
  message: string
  code?: string | number
  /** The beginning of the SQL that the driver was given. */
  sql?: string
  stack?: string
  cause?: LoggedError
}

/**
 * Serialises every logged error: named members only, each cut to a length. A database driver attaches the whole statement
 * to its errors, which may be megabytes of a store's data.
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
