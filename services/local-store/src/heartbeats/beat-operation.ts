import { known } from '@shelfwire/mysql'
import { writeLast } from '../journal/draft.ts'
import { keepDraft, type Operation } from '../lane/operation.ts'
import { saveBeat } from './heartbeats-sql.ts'

export interface BeatRequest {
  /** The newest ping heard, in µs of central's clock; 0 when none was. */
  takePing: () => number
}

/**
 * Writes the beat that answers a ping. The ping is taken before the head is locked: whatever was committed before that
 * ping was sent is then certainly at or below the number that the beat carries.
 */
export const beatOperation: Operation<BeatRequest, { outcome: 'written' }, number> = {
  name: 'beat',
  weigh: () => 1,
  reads: () => ({}),
  read: (requests) => known(Math.max(...requests.map(({ takePing }) => takePing()))),
  decide(_request, draft, ping) {
    const { machineUs } = draft.books
    writeLast(draft, (trx, head) => saveBeat(trx, { head, ping, nowUs: machineUs }))
    return keepDraft({ outcome: 'written' })
  },
}
