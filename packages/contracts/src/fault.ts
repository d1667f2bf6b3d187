export interface FaultOptions {
  /** Whether the same call may succeed later without anyone changing anything. */
  canRetry: boolean
  cause?: unknown
}

/**
 * The world is broken: a server is gone, a setting is wrong. Never thrown for a refusal, which is an answer.
 * Retry loops read `canRetry`, and people and dashboards read `code`; nobody reads the message.
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
