import { setTimeout as pause } from 'node:timers/promises'
import { type Command, Fault } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import type { StoreLane } from '../lane/store-lane.ts'
import type { AnyCommandKind } from './command-kind.ts'
import { type CommandOutcome, type CommandRequest, commandOperation } from './command-operation.ts'
import { taskOf } from './decide-command.ts'

/** Rows that commands may ask the lane to write at a time, so that a backlog of commands never crowds out the tills. */
const MAX_WEIGHT = 1_000
const RETRY_PAUSE_MS = 500

export interface InOrderOptions {
  lane: Pick<StoreLane, 'submitInOrder'>
  kinds: readonly AnyCommandKind[]
  log: Pick<Logger, 'warn'>
  /** False once the commands are to be left for the next run. */
  isRunning: () => boolean
  /** Called between two rounds. */
  onProgress: () => Promise<void>
}

/**
 * Runs commands in their order, as many at a time as fit one transaction, and returns their outcomes. A command that is
 * unfinished or failed goes to the lane again, and all behind it do so whatever they were answered: without it they were
 * out of order, so the lane dropped them. Throws the Fault `stopped` when it is to stop before all are answered, and
 * `lane_closed`.
 */
export async function doInOrder(
  commands: readonly Command[],
  { lane, kinds, log, isRunning, onProgress }: InOrderOptions,
): Promise<CommandOutcome[]> {
  const outcomes: CommandOutcome[] = []
  let waiting: CommandRequest[] = commands.map((command) => ({ command, task: taskOf(command, kinds) }))
  while (waiting.length > 0) {
    const [first] = waiting
    if (!isRunning())
      throw new Fault('stopped', `command ${first?.command.number} is left for the next run`, {
        canRetry: true,
      })
    const round = firstRound(waiting)
    const results = await Promise.allSettled(lane.submitInOrder(commandOperation, round))
    const answered = takeAnswered(results)
    outcomes.push(...answered)
    waiting = waiting.slice(answered.length)
    const next = results[answered.length]
    if (next !== undefined) waiting = await prepareNext(next, waiting, log)
    await onProgress()
  }
  return outcomes
}

/** The first commands, up to the weight of one transaction, and at least one. */
function firstRound(waiting: readonly CommandRequest[]): CommandRequest[] {
  let weight = 0
  const end = waiting.findIndex((request, index) => {
    weight += commandOperation.weigh(request)
    return index > 0 && weight > MAX_WEIGHT
  })
  return waiting.slice(0, end === -1 ? waiting.length : end)
}

/** The outcomes up to the first command that is unfinished or failed. */
function takeAnswered(results: readonly PromiseSettledResult<CommandOutcome>[]): CommandOutcome[] {
  const end = results.findIndex(
    (result) => result.status === 'rejected' || result.value.outcome === 'unfinished',
  )
  const answered = end === -1 ? results : results.slice(0, end)
  return answered.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** The waiting commands with the first one as it is to be submitted next, after a pause when it failed. */
async function prepareNext(
  result: PromiseSettledResult<CommandOutcome>,
  [first, ...behind]: CommandRequest[],
  log: Pick<Logger, 'warn'>,
): Promise<CommandRequest[]> {
  if (first === undefined) return []
  if (result.status === 'fulfilled') {
    return result.value.outcome === 'unfinished'
      ? [{ ...first, resumeAt: result.value.resumeAt }, ...behind]
      : [first, ...behind]
  }
  if (result.reason instanceof Fault && result.reason.code === 'lane_closed') throw result.reason
  const { number } = first.command
  log.warn({ err: result.reason, number }, `a command failed; trying it again in ${RETRY_PAUSE_MS} ms`)
  await pause(RETRY_PAUSE_MS)
  return [first, ...behind]
}
