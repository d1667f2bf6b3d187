import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'
import { type Logger, type LoggerOptions, pino } from 'pino'
import { ConfigurationError } from './env.ts'
import { serializeError } from './error-serializer.ts'

/** A service that runs. */
export interface Running {
  /** Stops its pieces in the reverse of the order in which they were started. */
  close(): Promise<void>
}

/** How long a service may take to stop, answers under way included. */
const CLOSE_WITHIN_MS = 15_000
/** Pause between two attempts to reach what a service can't start without. */
const RETRY_MS = 1_000

/** JSON lines on standard output. */
export function createLog(service: string, level: string): Logger {
  return pino(logOptions(service, level))
}

/** Errors go by `err` and are cut to a length. */
export function logOptions(service: string, level: string): LoggerOptions {
  return { name: service, level, base: { service }, serializers: { err: (error) => serializeError(error) } }
}

/**
 * The main function of every service: starts it and closes it on SIGTERM or SIGINT. A ConfigurationError is printed
 * whole and ends the process with code 2; any other failure to start, with 1. All services have one shape:
 *
 * ```ts
 * // main.ts
 * await runService(() => startThing(readConfig()))
 *
 * // start.ts
 * export function startThing(config: Config, now = () => new Date()) {
 *   return startInOrder(async (pieces) => {
 *     const log = createLog('thing', config.logLevel)
 *     const pool = createPool(config.database, { connections: 10 })
 *     pieces.defer(() => pool.end())
 *     await waitUntilUsable('database', () => serverProblems(pool, demands), { log })
 *     // What works in the background, each with its own pieces.defer().
 *     const server = await listen(createApp({ faultOf: databaseFault, ... }), config.http)
 *     pieces.defer(() => server.close())
 *     log.info({ port: server.port }, 'listening')
 *     return { port: server.port }
 *   })
 * }
 * ```
 */
export async function runService(
  start: () => Promise<Running>,
  { closeWithinMs = CLOSE_WITHIN_MS }: { closeWithinMs?: number } = {},
): Promise<void> {
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
    setTimeout(() => process.exit(1), closeWithinMs).unref()
    await running.close()
    process.exit(0)
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
}

/**
 * Starts a service piece by piece. `start` defers on `pieces` what closes each one; `close` then runs all of that in
 * reverse order. When `start` fails, the pieces that it had started are closed before its error is thrown.
 */
export async function startInOrder<Started extends object>(
  start: (pieces: AsyncDisposableStack) => Promise<Started>,
): Promise<Started & Running> {
  const pieces = new AsyncDisposableStack()
  try {
    return { ...(await start(pieces)), close: () => pieces.disposeAsync() }
  } catch (error) {
    await pieces.disposeAsync().catch(() => {})
    throw error
  }
}

/**
 * Waits for something that a service can't start without, such as its database. `findProblems` says why it can't be
 * used as it is. While that throws a Fault which can be retried it is called again every second, with a log line for
 * the 1st, 2nd, 4th, 8th … failure. Throws a ConfigurationError when there are problems, and any other error as it is.
 */
export async function waitUntilUsable(
  name: string,
  findProblems: () => Promise<readonly string[]>,
  { log, retryMs = RETRY_MS }: { log: Logger; retryMs?: number },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const problems = await findProblems()
      if (problems.length > 0) throw new ConfigurationError(problems)
      return
    } catch (error) {
      if (!(error instanceof Fault && error.canRetry)) throw error
      if (Number.isInteger(Math.log2(attempt)))
        log.warn({ err: error, attempt }, `start waits for the ${name}; trying again every second`)
      await pause(retryMs)
    }
  }
}
