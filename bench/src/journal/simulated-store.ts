import {
  type Beat,
  type Checksum,
  EMPTY_CHECKSUM,
  type Entry,
  type EntryKind,
  formatChecksum,
  replaceLevel,
} from '@shelfwire/contracts'

interface Level {
  sku: string
  onHand: number
  held: number
  seq: number
}

/** The journal of a simulated store: numbered entries with absolute levels that never fall below zero. */
export interface SimulatedStore {
  readonly storeId: string
  readonly seq: number
  /** The levels that central must have at the end. */
  readonly levels: ReadonlyMap<string, Level>
  /** Sells one unit or, when there is none, receives ten. */
  trade(sku: string): Entry
  record(sku: string, kind: EntryKind, onHandDelta: number): Entry
  /** A beat for everything so far that answers the ping `pingUs`. */
  beat(pingUs: number): Beat
}

const EPOCH = 1
const RECEIVED_UNITS = 10

/** `keepsChecksum` costs two hashes an entry; without it a `beat` looks like one of a store whose levels differ. */
export function simulateStore(storeId: string, { keepsChecksum = false } = {}): SimulatedStore {
  const levels = new Map<string, Level>()
  let seq = 0
  let checksum: Checksum = EMPTY_CHECKSUM

  function record(sku: string, kind: EntryKind, onHandDelta: number): Entry {
    seq += 1
    const before = levels.get(sku)
    const level = { sku, onHand: (before?.onHand ?? 0) + onHandDelta, held: 0, seq }
    levels.set(sku, level)
    if (keepsChecksum) checksum = replaceLevel(checksum, before, level)
    const atUs = Date.now() * 1_000
    return {
      epoch: EPOCH,
      seq,
      storeId,
      sku,
      kind,
      onHandDelta,
      heldDelta: 0,
      onHand: level.onHand,
      held: 0,
      holdId: null,
      caller: 'till-1',
      requestId: `${storeId}-${seq.toString(36).padStart(12, '0')}`,
      reference: null,
      reason: null,
      occurredAtUs: atUs,
      recordedAtUs: atUs,
    }
  }

  return {
    storeId,
    get seq() {
      return seq
    },
    levels,
    record,
    trade(sku) {
      const isThere = (levels.get(sku)?.onHand ?? 0) > 0
      return isThere ? record(sku, 'sale', -1) : record(sku, 'receipt', RECEIVED_UNITS)
    },
    beat(pingUs) {
      const beatAtUs = Date.now() * 1_000
      return {
        storeId,
        epoch: EPOCH,
        seq,
        ping: pingUs,
        era: 0,
        commandsDone: 0,
        checksum: formatChecksum(checksum),
        beatAtUs,
      }
    },
  }
}
