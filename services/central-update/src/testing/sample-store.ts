import {
  type Beat,
  type Checksum,
  EMPTY_CHECKSUM,
  type Entry,
  type EntryKind,
  formatChecksum,
  replaceLevel,
} from '@shelfwire/contracts'
import type { JournalRecord } from '../records/record.ts'

/** Noon of a spring day: where the clocks of the tests begin, in µs. */
export const NOON_US = Date.UTC(2026, 4, 1, 12) * 1_000

/** A store as its journal shows it, for tests: entries are numbered, levels and checksum are kept as a store keeps them. */
export function sampleStore(storeId = 'store-1', { connector = storeId, partition = 0 } = {}) {
  const levels = new Map<string, { sku: string; onHand: number; held: number }>()
  const records: JournalRecord[] = []
  let checksum: Checksum = EMPTY_CHECKSUM
  let epoch = 1
  let seq = 0
  let era = 0
  let commandsDone = 0

  function push(content: JournalRecord['content']): JournalRecord {
    const key = Buffer.from(storeId)
    const value = Buffer.from(`${storeId} ${records.length}`)
    const record = { partition, offset: records.length, key, value, content, commitMs: null }
    records.push(record)
    return record
  }

  function entry(
    kind: EntryKind,
    sku: string | null,
    onHandDelta: number,
    more: Partial<Entry> = {},
  ): JournalRecord {
    seq += 1
    const before = sku === null ? undefined : levels.get(sku)
    const onHand = kind === 'opening' ? onHandDelta : (before?.onHand ?? 0) + onHandDelta
    if (sku !== null) {
      const after = { sku, onHand, held: 0 }
      checksum = replaceLevel(checksum, before, after)
      levels.set(sku, after)
    }
    const timeUs = NOON_US + seq * 1_000_000
    return push({
      type: 'entry',
      storeId,
      connector,
      entry: {
        epoch,
        seq,
        storeId,
        sku,
        kind,
        onHandDelta,
        heldDelta: 0,
        onHand: sku === null ? 0 : onHand,
        held: 0,
        holdId: null,
        caller: 'till-1',
        requestId: `request-${epoch}-${seq}`,
        reference: null,
        reason: null,
        occurredAtUs: timeUs,
        recordedAtUs: timeUs,
        ...more,
      },
    })
  }

  return {
    storeId,
    levels,
    /** All records so far, in the order of the journal. */
    records,
    checksum: () => formatChecksum(checksum),
    seq: () => seq,
    entry,
    receive: (sku: string, units: number) => entry('receipt', sku, units),
    sell: (sku: string, units: number) => entry('sale', sku, -units),
    takeBack: (sku: string, units: number) => entry('return', sku, units),
    beat(ping: number, more: Partial<Beat> = {}, { isSnapshot = false } = {}): JournalRecord {
      const beatAtUs = NOON_US + seq * 1_000_000
      const beat: Beat = {
        storeId,
        epoch,
        seq,
        ping,
        era,
        commandsDone,
        checksum: formatChecksum(checksum),
        beatAtUs,
        ...more,
      }
      return push({ type: 'beat', storeId, connector, beat, isSnapshot })
    },
    bad(reason = 'undecodable'): JournalRecord {
      return push({ type: 'broken', storeId, connector: null, reason, isForeign: false })
    },
    /** Commands up to this number are done, of this era. */
    done(number: number, ofEra = 0): void {
      era = ofEra
      commandsDone = number
    },
    /** The journal begins again; each level is named by an `opening`, and nothing is forgotten. */
    beginEpoch(): void {
      epoch += 1
      seq = 0
    },
    /** The journal begins again with these levels, as after a restore; `reference` is that of `opened`. */
    openEpoch(next: Record<string, number>, { reference = null as string | null } = {}): JournalRecord[] {
      epoch += 1
      seq = 0
      checksum = EMPTY_CHECKSUM
      levels.clear()
      const opening = Object.entries(next).map(([sku, onHand]) => entry('opening', sku, onHand))
      return [...opening, entry('opened', null, 0, { reference })]
    },
  }
}

export type SampleStore = ReturnType<typeof sampleStore>
