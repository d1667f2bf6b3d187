import { type Command, cutText, MAX_REASON_LENGTH } from '@shelfwire/contracts'
import { known } from '@shelfwire/mysql'
import { type Draft, discardDraft, recordNote } from '../journal/draft.ts'
import { type Decision, discard, keepDraft, type Operation } from '../lane/operation.ts'
import type { Done, Turn } from './command-kind.ts'
import { placeCommand, type Task } from './decide-command.ts'

/** The caller in entries that answer commands; no HTTP caller can have this name. */
export const CENTRAL_CALLER = 'central:commands'

export interface CommandRequest {
  command: Command
  task: Task
  /** Where an earlier transaction left off; undefined at first. */
  resumeAt?: number | undefined
}

export type CommandOutcome =
  /** It was the next number; it is done, or refused by an entry. */
  | { outcome: 'done' | 'refused' }
  /** Of another store: nothing was done, and the number stays free for the store's own command. */
  | { outcome: 'not_ours' }
  /** A number of this era that was done before. */
  | { outcome: 'repeat' }
  /** Neither the next number nor the first of a greater era: central will send what is missing, and this one again. */
  | { outcome: 'dropped' }
  /** Goes on in a further transaction, which is given `resumeAt`. */
  | { outcome: 'unfinished'; resumeAt: number }

/** What kinds of command have read, by the request. */
type Found = ReadonlyMap<CommandRequest, unknown>

/**
 * A command of central. What can't be done is answered by an entry and counts as done, so that one bad command stops none
 * behind it.
 */
export const commandOperation: Operation<CommandRequest, CommandOutcome, Found, 'more'> = {
  name: 'command',
  weigh: ({ task }) => ('kind' in task ? task.kind.weigh(task.body) : 1),
  reads: ({ task }) => ('kind' in task ? (task.kind.reads?.(task.body) ?? {}) : {}),
  read: () => known(new Map()),
  async readMore(reader, _need, { request, found }) {
    const { task, command } = request
    if (!('kind' in task) || task.kind.readMore === undefined)
      throw new Error(`${command.kind} needs more and doesn't say how to read it`)
    return new Map(found).set(request, await task.kind.readMore(reader, turnOf(request, task.body)))
  },
  decide(request, draft, found) {
    const { command } = request
    const { head } = draft.books
    const place = placeCommand(command, head)
    if (place !== 'next') return discard({ outcome: place })
    const decision = decideTask(request, draft, found.get(request))
    if (decision.draft === 'restart') return decision
    if (decision.draft === 'discard') discardDraft(draft)
    const { result } = decision
    if (result.outcome === 'unfinished') return keepDraft(result)
    if (result.outcome === 'refused') recordRefusal(draft, command, result.reason)
    head.era = command.era
    head.commandsDone = command.number
    return keepDraft({ outcome: result.outcome })
  },
}

function decideTask(request: CommandRequest, draft: Draft, found: unknown): Decision<Done, 'more'> {
  const { task } = request
  if ('refusal' in task) return discard({ outcome: 'refused', reason: task.refusal })
  return task.kind.decide(turnOf(request, task.body), draft, found)
}

function recordRefusal(draft: Draft, command: Command, reason: string): void {
  recordNote(draft, 'command_refused', {
    caller: CENTRAL_CALLER,
    requestId: `command-${numberOfAllEras(command)}`,
    reference: String(command.number),
    reason: cutText(reason, MAX_REASON_LENGTH),
    occurredAtUs: draft.books.recordedAtUs,
  })
}

function turnOf({ command, resumeAt }: CommandRequest, body: unknown): Turn<unknown> {
  return { body, numberOfAllEras: numberOfAllEras(command), resumeAt }
}

/**
 * Tells a command from those of the same number in other eras, whose replays and refusals are still there. Eras are
 * microseconds of central's clock, or 0, and far apart: number 1,000,000 of one would be number 1 of another a second
 * later.
 */
function numberOfAllEras({ era, number }: Command): number {
  return era + number
}
