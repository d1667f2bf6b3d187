import { type Logger, type LoggerOptions, pino } from 'pino'
import { ConfigurationError } from './env.ts'
import { serializeError } from './error-serializer.ts'

/** A service that runs; closing it is the reverse of building it. */
export interface Running {
  close(): Promise<void>
}

/** How long a service may take to answer what it has begun. */
const CLOSE_TIMEOUT_MS = 15_000

/** JSON lines on standard output. */
export function createLog(service: string, level: string): Logger {
  return pino(logOptions(service, level))
}

/** Errors go by `err` and are cut to a length. */
export function logOptions(service: string, level: string): LoggerOptions {
  return { name: service, level, base: { service }, serializers: { err: (error) => serializeError(error) } }
}

/**
 * Starts a service and closes it on SIGTERM or SIGINT. A configuration that can't be used is printed whole and ends
 * the process with code 2; any other failure to start, with 1.
 */
export async function runService(start: () => Promise<Running>): Promise<void> {
  let running: Running
  try {
    running = await start()
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigurationError ? error.message : (error as Error).stack}\n`)
    process.exit(error instanceof ConfigurationError ? 2 : 1)
  }
  let closing = false
  const close = async () => {
    if (closing) return
    closing = true
    setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref()
    await running.close()
    process.exit(0)
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
}
