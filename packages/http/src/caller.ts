import type { Request } from 'express'

/**
 * Who is asking. Until there are keys, services bind 127.0.0.1 and everyone on this machine is the same caller;
 * this is the one place that will read the credential. Never anything the body says.
 */
export function callerOf(_request: Request): string {
  return 'local'
}
