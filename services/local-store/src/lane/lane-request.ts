import type { Command } from '@shelfwire/contracts'
import { ROWS_PER_SLICE } from '../commands/replays-sql.ts'
import { type OpeningAnswer, type OpeningOrder, SKUS_PER_SLICE } from '../epochs/open-slice.ts'
import type { AnsweredWrite } from '../writes/answer-write.ts'
import type { Write } from '../writes/write.ts'
import type { CountedChanges } from './counted-changes.ts'

/** Everything that writes to the store's database waits in one lane, as one of these. */
export type LaneRequest =
  | WriteRequest
  | { type: 'beat'; takePing: () => number }
  | { type: 'command'; order: CommandOrder }
  | { type: 'opening'; order: OpeningOrder }

/** A write; a count comes with what was read for it. */
export interface WriteRequest {
  type: 'write'
  write: Write
  changes?: CountedChanges | undefined
}

/** A command, and from where on: a long resync takes several transactions. */
export interface CommandOrder {
  command: Command
  fromSeq?: number | undefined
}

export type CommandAnswer =
  /** It was the next number; it is done, or refused by an entry. */
  | { outcome: 'done' | 'refused' }
  /** Of another store: nothing was done, and the number stays free for the store's own command. */
  | { outcome: 'not_ours' }
  /** A number of this era that was done before. */
  | { outcome: 'repeat' }
  /** Neither the next number nor the first of a greater era: central will send what is missing, and this one again. */
  | { outcome: 'dropped' }
  /** Goes on from this number in a further transaction. */
  | { outcome: 'more'; fromSeq: number }

export type LaneAnswer =
  | ({ type: 'write' } & AnsweredWrite)
  | { type: 'beat' }
  | { type: 'command'; answer: CommandAnswer }
  | { type: 'opening'; answer: OpeningAnswer }

/**
 * What a request costs of the lane's bounds, in rows to write: its lines, or what a command may copy or an opening open
 * at a time.
 */
export function weighRequest(request: LaneRequest): number {
  switch (request.type) {
    case 'write':
      return request.write.lines.length
    case 'command':
      return ROWS_PER_SLICE
    case 'opening':
      return SKUS_PER_SLICE
    case 'beat':
      return 1
  }
}
