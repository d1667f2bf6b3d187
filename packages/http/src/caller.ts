import type { Request } from 'express'

/**
 * Who sent a request. As long as there are no credentials, services bind 127.0.0.1 and every client is the same caller.
 * The only place that will read the credential; the body never decides it.
 */
export function callerOf(_request: Request): string {
  return 'local'
}
