import { type Command, cutText, MAX_REASON_LENGTH } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { type Draft, recordNote } from '../journal/draft.ts'
import type { CommandAnswer, CommandOrder } from '../lane/lane-request.ts'
import { decideCommand } from './decide-command.ts'
import { copySlice } from './replays-sql.ts'

/** Who is named in entries that answer commands; no HTTP caller can be called that. */
export const CENTRAL_CALLER = 'central:commands'

/**
 * One command inside the lane's transaction. What can't be done is answered by an entry and counts as done, so
 * that one bad command never stops those behind it.
 */
export async function doCommand(
  trx: Transaction,
  draft: Draft,
  { command, fromSeq, today }: CommandOrder & { today: string },
): Promise<CommandAnswer> {
  const { head, recordedAtUs } = draft.books
  const decision = decideCommand(command, head)
  if (decision.outcome === 'not_ours' || decision.outcome === 'repeat' || decision.outcome === 'dropped')
    return decision
  if (decision.outcome === 'refused') {
    recordNote(draft, 'command_refused', {
      caller: CENTRAL_CALLER,
      requestId: `command-${numberOfAllEras(command)}`,
      reference: String(command.number),
      reason: cutText(decision.reason, MAX_REASON_LENGTH),
      occurredAtUs: recordedAtUs,
    })
  } else if (decision.outcome === 'forget') {
    head.coveredEpoch = Math.max(head.coveredEpoch, decision.below)
  } else {
    const range = { ...decision.range, fromSeq: fromSeq ?? decision.range.fromSeq }
    const next = await copySlice(trx, { number: numberOfAllEras(command), range, today })
    if (next !== null) return { outcome: 'more', fromSeq: next }
  }
  head.era = command.era
  head.commandsDone = command.number
  return { outcome: decision.outcome === 'refused' ? 'refused' : 'done' }
}

/**
 * Tells a command from those of the same number in other eras, whose replays and refusals are still there. Eras are
 * microseconds of central's clock, or 0, and far apart: number 1,000,000 of one would be number 1 of another a second
 * later.
 */
function numberOfAllEras({ era, number }: Command): number {
  return era + number
}
