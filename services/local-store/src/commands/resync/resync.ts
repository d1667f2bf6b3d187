import { datetimeOfUs, type ResyncBody, resyncBody } from '@shelfwire/contracts'
import { writeOwn } from '../../journal/draft.ts'
import { keepDraft, needMore } from '../../lane/operation.ts'
import type { CommandKind, Turn } from '../command-kind.ts'
import { copySlice, readSlice, type Slice } from './replays-sql.ts'

/** Rows that one transaction copies: it keeps the head locked for some 20 ms. */
export const ROWS_PER_SLICE = 1_000

/** Copies journal rows that central misses into `replays`, a slice in each transaction. */
export const resync: CommandKind<ResyncBody, Slice> = {
  kind: 'resync',
  body: resyncBody.refine(({ fromSeq, toSeq }) => fromSeq <= toSeq),
  legalBody: 'epoch, fromSeq and toSeq, with fromSeq at most toSeq',
  weigh: () => ROWS_PER_SLICE,
  readMore: (reader, turn) => readSlice(reader, restOf(turn), ROWS_PER_SLICE),
  decide(turn, draft, slice) {
    if (slice === undefined) return needMore('more')
    const { lastSeq, rows } = slice
    if (lastSeq === null) return keepDraft({ outcome: 'done' })
    const range = { ...restOf(turn), toSeq: lastSeq }
    const copiedOn = datetimeOfUs(draft.books.steadyUs).slice(0, 10)
    writeOwn(draft, (trx) => copySlice(trx, { number: turn.numberOfAllEras, range, copiedOn }))
    const isLast = rows < ROWS_PER_SLICE || lastSeq >= turn.body.toSeq
    return keepDraft(isLast ? { outcome: 'done' } : { outcome: 'unfinished', resumeAt: lastSeq + 1 })
  },
}

function restOf({ body, resumeAt }: Turn<ResyncBody>): ResyncBody {
  return { ...body, fromSeq: resumeAt ?? body.fromSeq }
}
