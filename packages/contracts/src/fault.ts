export interface FaultOptions {
  /** Whether the same call may succeed later without anyone changing anything. */
  canRetry: boolean
  cause?: unknown
}

/**
 * Something the program needs is broken: a server is down, a setting is wrong. Never thrown for a refusal, which is an
 * answer. Retry loops read `canRetry`, dashboards and alerts read `code`; the message is for people only.
 */
export class Fault extends Error {
  readonly code: string
  readonly canRetry: boolean

  constructor(code: string, message: string, options: FaultOptions) {
    super(message, { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.canRetry = options.canRetry
  }
}
