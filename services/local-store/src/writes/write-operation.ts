import type { KeptAnswer } from '@shelfwire/idempotency'
import { known } from '@shelfwire/mysql'
import type { Draft } from '../journal/draft.ts'
import {
  type AnswerKeeping,
  type Decision,
  discard,
  keepDraft,
  needMore,
  type Operation,
} from '../lane/operation.ts'
import {
  type CountedChanges,
  changesSince,
  type Meanwhile,
  nothingMeanwhile,
  readMeanwhile,
} from './counted-changes.ts'
import { decideWrite } from './decide-write.ts'
import { nameLines, type SkuCaseConflicts } from './name-lines.ts'
import { timeWrite } from './time-write.ts'
import type { Write, WriteOutcome } from './write.ts'
import { answerOf, RECORDED_STATUS } from './write-reply.ts'

/** A write; a count comes with what was read for it before the lane. */
export interface WriteRequest {
  write: Write
  changes?: CountedChanges | undefined
}

/** Why a write can't be decided: other transactions have recorded entries since its changes were read. */
export type WriteNeed = 'changes_meanwhile'

export type WriteOperation = Operation<WriteRequest, WriteOutcome, Meanwhile, WriteNeed>

/** What a till tells the store: sales, returns, receipts, adjustments and counts. */
export function createWriteOperation({
  skuCaseConflicts,
}: {
  skuCaseConflicts: SkuCaseConflicts
}): WriteOperation {
  return {
    name: 'write',
    weigh: ({ write }) => write.lines.length,
    reads: ({ write }) => ({ skus: write.lines.map(({ sku }) => sku), key: write }),
    read: () => known(nothingMeanwhile()),
    readMore: (reader, _need, { requests, books }) => readMeanwhile(reader, requests, books),
    decide: (request, draft, meanwhile) => decide(request, draft, { meanwhile, skuCaseConflicts }),
    answers,
  }
}

function decide(
  { write, changes }: WriteRequest,
  draft: Draft,
  { meanwhile, skuCaseConflicts }: { meanwhile: Meanwhile; skuCaseConflicts: SkuCaseConflicts },
): Decision<WriteOutcome, WriteNeed> {
  const { books } = draft
  const since = changes && changesSince({ write, changes }, { meanwhile, books })
  if (since === 'outdated') return needMore('changes_meanwhile')
  const timed = timeWrite(write, { nowUs: books.recordedAtUs, isSummed: since !== undefined })
  if (timed.outcome === 'out_of_bounds') {
    const { fromUs, toUs } = timed
    return discard({ outcome: 'refused', code: 'time_out_of_bounds', fromUs, toUs })
  }
  const { occurredAtUs, isReplaced: isTimeReplaced } = timed
  const named = skuCaseConflicts === 'map' ? nameLines(write, books) : write
  const decision = decideWrite(named, draft, { occurredAtUs, since })
  if (decision.outcome === 'refused')
    return discard({ outcome: 'refused', code: decision.lines[0].code, lines: decision.lines })
  const { entries } = decision
  return keepDraft({ outcome: 'recorded', storeId: books.head.storeId, entries, isTimeReplaced })
}

/** A recorded write is answered again from the journal. Of a refusal, which left nothing there, the text is kept. */
const answers: AnswerKeeping<WriteOutcome> = {
  keep(outcome): KeptAnswer | undefined {
    if (outcome.outcome === 'recorded') return { status: RECORDED_STATUS, text: null }
    // Validation isn't kept: by a clock that is put right, the same request may be in bounds.
    if (outcome.outcome === 'refused' && outcome.code === 'time_out_of_bounds') return undefined
    const { status, body } = answerOf(outcome)
    return { status, text: JSON.stringify(body) }
  },
  restore: (entries, storeId) => ({ outcome: 'recorded', storeId, entries, isTimeReplaced: false }),
}
