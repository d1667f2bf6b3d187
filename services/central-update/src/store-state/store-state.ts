import type { Checksum } from '@shelfwire/contracts'
import type { Gaps } from './gaps.ts'
import type { SuspectCauses } from './suspect-reason.ts'

/** How far one store's journal is applied, and what is proved of it. */
export interface Cursor extends SuspectCauses {
  storeId: string
  /** The highest number seen: applied or, with gaps, known to be missing. */
  seq: number
  /** The sum over central's own rows of the store. */
  checksum: Checksum
  /** Central's clock in µs at the newest ping that is answered and covered; 0 before the first. */
  asOfUs: number
  beatAtUs: number | null
  /** The era and number of the last command done, as the newest beat says, and since when. */
  commandsEra: number
  commandsDone: number
  commandsMovedAtUs: number
  /** The ping that the newest beat answers, whether or not central has everything up to it. */
  answeredPingUs: number
  suspect: string | null
  suspectSinceUs: number | null
  /** Central's clock when it was written, but always later than before: so it differs between any two states of a store. */
  updatedAtUs: number
}

/** What central knows of one store as a batch begins, all of it behind the store's cursor lock. */
export interface StoreState {
  cursor: Cursor
  gaps: Gaps
  /** The IANA zone of the store's days. */
  zone: string
}

/** The zone of a store that has set none. */
export const DEFAULT_ZONE = 'UTC'

/** The cursor of a store of which nothing is applied. */
export function newCursor(storeId: string, nowUs: number): Cursor {
  return {
    storeId,
    epoch: 1,
    seq: 0,
    checksum: 0n,
    opened: true,
    asOfUs: 0,
    beatAtUs: null,
    commandsEra: 0,
    commandsDone: 0,
    commandsMovedAtUs: nowUs,
    answeredPingUs: 0,
    divergedSeq: null,
    checksumSeq: null,
    rebuilding: false,
    parkedOpen: 0,
    suspect: null,
    suspectSinceUs: null,
    updatedAtUs: nowUs,
  }
}
