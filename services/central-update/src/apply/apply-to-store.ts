import { isDeepStrictEqual } from 'node:util'
import { type Beat, type Entry, formatChecksum, parseChecksum, replaceLevel } from '@shelfwire/contracts'
import { classifySeq } from '../store-state/classify-seq.ts'
import { coveredTo, type Gaps, gapAt, withGap, withoutSeq } from '../store-state/gaps.ts'
import { type Cursor, entryKey, type StockRow, type StoreState } from '../store-state/store-state.ts'

export type Verdict = 'applied' | 'duplicate'

/** Something a person has to know of: counted by reason, and logged. */
export interface Alarm {
  reason: 'divergence' | 'checksum' | 'ping_from_future' | 'parked' | 'partition_halted' | 'unclaimed_beat'
  storeId: string | null
  detail: string
}

export interface StoreApply {
  /** Applies one entry at its place in the store's journal. */
  entry(entry: Entry): Verdict
  /** Applies one beat at its place: gaps, commands done, and the two proofs, freshness and equality. */
  beat(read: { beat: Beat; isSnapshot: boolean }): Verdict
  /** Notes a record of the store that was parked. */
  parked(): void
  /** What has become of the store. */
  result(): StoreResult
}

export interface StoreResult extends Pick<StoreState, 'cursor' | 'gaps'> {
  /** Entries new to the ledger. */
  ledger: Entry[]
  changedStock: StockRow[]
  /** Whether a beat made good every record that was parked before it. */
  parkedMadeGood: boolean
  /** Of the records parked in this batch, how many lie before the beat that made them good. */
  parkedBeforeBeat: number
}

export interface ApplyContext {
  nowUs: number
  /** A ping beyond this, in µs of central's clock, is from the future. */
  latestPingUs: number
  alarm: (alarm: Alarm) => void
}

/** Applies a store's records one by one, in memory. `state` is left as it was. */
export function applyToStore(state: StoreState, { nowUs, latestPingUs, alarm }: ApplyContext): StoreApply {
  const cursor = { ...state.cursor }
  const { storeId } = cursor
  const stock = new Map(state.stock)
  const ledger: StoreResult['ledger'] = []
  /** The first entries of `ledger`, by {@link entryKey}. */
  const numbered = new Map<string, Entry>()
  const changed = new Set<string>()
  /** Levels as they were when the checksum was last brought up to date. */
  const unsummed = new Map<string, StockRow | undefined>()
  let gaps: Gaps = state.gaps
  let parkedHere = 0
  let parkedBeforeBeat = 0
  let parkedMadeGood = false

  function startEpoch(epoch: number): void {
    // What was missing or in doubt in the old epoch is settled by the new one: it names every level again. Commands
    // done may have gone back with the store's database, so the count begins anew with the next beat.
    Object.assign(cursor, { epoch, seq: 0, opened: false, divergedSeq: null, checksumSeq: null })
    Object.assign(cursor, { commandsEra: 0, commandsDone: 0, commandsMovedAtUs: nowUs })
    gaps = []
  }

  function skipTo(seq: number): void {
    gaps = withGap(gaps, { epoch: cursor.epoch, fromSeq: cursor.seq + 1, toSeq: seq, seenAtUs: nowUs })
    cursor.seq = Math.max(cursor.seq, seq)
  }

  function setStock(row: StockRow): void {
    if (!unsummed.has(row.sku)) unsummed.set(row.sku, stock.get(row.sku))
    stock.set(row.sku, row)
    changed.add(row.sku)
  }

  function takeLevel(entry: Entry, sku: string): void {
    const row = stock.get(sku)
    // Levels in an entry are absolute, so one that comes late must not undo what newer ones said.
    if (row !== undefined && !isNewer(entry, row)) return
    const { onHand, held, epoch, seq, recordedAtUs } = entry
    setStock({
      storeId,
      sku,
      onHand,
      held,
      epoch,
      seq,
      updatedAtUs: recordedAtUs,
    })
  }

  /** SKUs that the new epoch didn't name are gone. At seq 0, so that an `opening` that comes late still counts. */
  function emptyUnnamed(opened: Entry): void {
    cursor.opened = true
    for (const row of stock.values()) {
      if (row.epoch >= cursor.epoch || (row.onHand === 0 && row.held === 0)) continue
      setStock({ ...row, onHand: 0, held: 0, epoch: cursor.epoch, seq: 0, updatedAtUs: opened.recordedAtUs })
    }
  }

  function sumUp(): void {
    for (const [sku, before] of unsummed) {
      const after = stock.get(sku)
      if (after !== undefined) cursor.checksum = replaceLevel(cursor.checksum, before, after)
    }
    unsummed.clear()
  }

  function compareChecksum(beat: Beat): void {
    sumUp()
    if (parseChecksum(beat.checksum) === cursor.checksum) {
      cursor.checksumSeq = null
      // Every number up to here is applied and every level is the store's: whatever was parked before took nothing away.
      cursor.parkedOpen = 0
      parkedMadeGood = true
      parkedBeforeBeat = parkedHere
      return
    }
    noteUnequal(
      beat,
      `at seq ${beat.seq} the store has ${beat.checksum}, central ${formatChecksum(cursor.checksum)}`,
    )
  }

  function noteUnequal(beat: Beat, detail: string): void {
    if (cursor.checksumSeq === null) alarm({ reason: 'checksum', storeId, detail })
    cursor.checksumSeq = beat.seq
  }

  /**
   * A beat of this epoch from behind the cursor proves nothing. If it is newer than every proof and nothing is
   * missing, then the store's journal went back, as after a restore that opened no epoch: what central has of it is
   * of a past that the store no longer knows. A snapshot's beat says nothing of that: the snapshot reads it after the
   * journal, which has entries newer than the last beat.
   */
  function beatBehind(beat: Beat): Verdict {
    if (beat.ping <= cursor.asOfUs || gaps.length > 0 || !cursor.opened) return 'duplicate'
    noteUnequal(beat, `the store is back at seq ${beat.seq}, central has ${cursor.seq}: open a new epoch`)
    return 'applied'
  }

  /** Tells entries of this batch by their numbers. Filled when a repeat asks, which is rare: a batch without pays nothing. */
  function inThisBatch(entry: Entry): Entry | undefined {
    for (const taken of ledger.slice(numbered.size)) numbered.set(entryKey(taken), taken)
    return numbered.get(entryKey(entry))
  }

  function repeat(entry: Entry): void {
    const known = state.recorded.get(entryKey(entry)) ?? inThisBatch(entry)
    // Of an epoch that is over nothing is in doubt any more.
    if (known === undefined || entry.epoch < cursor.epoch || isDeepStrictEqual(known, entry)) return
    if (cursor.divergedSeq === null) {
      const detail = `the entry at epoch ${entry.epoch}, seq ${entry.seq} came again with another content`
      alarm({ reason: 'divergence', storeId, detail })
    }
    cursor.divergedSeq ??= entry.seq
  }

  return {
    entry(entry) {
      if (entry.epoch > cursor.epoch) startEpoch(entry.epoch)
      switch (classifySeq(entry, cursor, gaps)) {
        case 'repeat':
          repeat(entry)
          return 'duplicate'
        case 'missing':
          gaps = withoutSeq(gaps, gapAt(gaps, entry.seq), entry.seq)
          break
        default:
          skipTo(entry.seq - 1)
          cursor.seq = entry.seq
      }
      ledger.push(entry)
      if (entry.sku !== null) takeLevel(entry, entry.sku)
      if (entry.kind === 'opened') emptyUnnamed(entry)
      return 'applied'
    },

    beat({ beat, isSnapshot }) {
      if (beat.epoch < cursor.epoch) return 'duplicate'
      if (beat.epoch === cursor.epoch && beat.seq < cursor.seq)
        return isSnapshot ? 'duplicate' : beatBehind(beat)
      if (beat.epoch > cursor.epoch) startEpoch(beat.epoch)
      // The last entries may be the lost ones, with nothing behind them that would show the gap.
      skipTo(beat.seq)
      const covered = cursor.opened && coveredTo(gaps, beat.seq)
      if (beat.ping > latestPingUs) {
        const aheadMs = Math.ceil((beat.ping - latestPingUs) / 1_000)
        const detail = `it answers a ping ${aheadMs} ms beyond what central's clock can have shown by now`
        alarm({ reason: 'ping_from_future', storeId, detail })
      } else if (covered) {
        cursor.asOfUs = Math.max(cursor.asOfUs, beat.ping)
      }
      if (covered && beat.seq === cursor.seq) {
        // The whole journal is here. Whether it came to the same levels, the checksum says.
        cursor.rebuilding = false
        compareChecksum(beat)
      }
      if (beat.ping <= latestPingUs) cursor.answeredPingUs = beat.ping
      if (isFurther(beat, cursor)) {
        Object.assign(cursor, {
          commandsEra: beat.era,
          commandsDone: beat.commandsDone,
          commandsMovedAtUs: nowUs,
        })
      }
      cursor.beatAtUs = Math.max(cursor.beatAtUs ?? 0, beat.beatAtUs)
      return 'applied'
    },

    parked() {
      cursor.parkedOpen += 1
      parkedHere += 1
    },

    result() {
      sumUp()
      const changedStock = [...changed].flatMap((sku) => stock.get(sku) ?? [])
      return { cursor, gaps, ledger, changedStock, parkedMadeGood, parkedBeforeBeat }
    },
  }
}

function isNewer(entry: Entry, row: StockRow): boolean {
  return entry.epoch > row.epoch || (entry.epoch === row.epoch && entry.seq > row.seq)
}

/** A beat that comes again, with fewer commands done, takes nothing back. */
function isFurther({ era, commandsDone }: Beat, cursor: Cursor): boolean {
  return era > cursor.commandsEra || (era === cursor.commandsEra && commandsDone > cursor.commandsDone)
}
