import { type Beat, type Entry, formatChecksum, parseChecksum } from '@shelfwire/contracts'
import type { Alarm } from './alarm.ts'
import { classifySeq } from './classify-seq.ts'
import { coveredTo, gapAt, withGap, withoutSeq } from './gaps.ts'
import { markSuspect } from './mark-suspect.ts'
import type { Cursor, StoreState } from './store-state.ts'

/** One store's journal, as the records of a batch move it on in memory. */
export interface StoreJournal {
  /** As it stands after the records so far. The levels keep `checksum` in it; nothing else writes it from outside. */
  readonly cursor: Cursor
  /** The IANA zone of the store's days. */
  readonly zone: string
  /** Takes an entry's number: `new` when central misses it. The first of a greater epoch begins that epoch. */
  takeEntry(entry: Entry): 'new' | 'repeat'
  /** Takes a beat: gaps at the end of the journal, commands done, and the proof of freshness. */
  takeBeat(read: { beat: Beat; isSnapshot: boolean }): BeatVerdict
  /** Compares `cursor.checksum` with a beat that stands at the end of a journal without gaps. */
  compareChecksum(beat: Beat): void
  /** An entry came again with another content than the ledger has. */
  noteDivergence(entry: Entry): void
  /** A record of the store was parked. */
  noteParked(): void
  result(): StoreResult
}

/** `whole`: it was applied, and every entry up to the end of the store's journal is there. */
export type BeatVerdict = 'duplicate' | 'applied' | 'whole'

/** What has become of one store in a batch. */
export interface StoreResult {
  before: StoreState
  after: StoreState
  /** Whether a beat has proved that nothing is missing, whatever was parked before it. */
  parkedResolved: boolean
  /** Of the records parked in this batch, how many came before that beat. */
  parkedBeforeBeat: number
}

export interface FollowOptions {
  nowUs: number
  /** A ping beyond this, in µs of central's clock, is from the future. */
  latestPingUs: number
  alarm: (alarm: Alarm) => void
}

/** Follows one store's journal from `state`, which is left as it was. Pure but for `alarm`. */
export function followJournal(
  state: StoreState,
  { nowUs, latestPingUs, alarm }: FollowOptions,
): StoreJournal {
  const cursor = { ...state.cursor }
  const { storeId } = cursor
  let { gaps } = state
  let parkedHere = 0
  let parkedBeforeBeat = 0
  let parkedResolved = false

  function startEpoch(epoch: number): void {
    // The new epoch names every level again, so what was missing or suspect in the old one is settled. Commands done
    // may have gone back with the store's database, so they are counted from the next beat on.
    Object.assign(cursor, { epoch, seq: 0, opened: false, divergedSeq: null, checksumSeq: null })
    Object.assign(cursor, { commandsEra: 0, commandsDone: 0, commandsMovedAtUs: nowUs })
    gaps = []
  }

  function skipTo(seq: number): void {
    gaps = withGap(gaps, { epoch: cursor.epoch, fromSeq: cursor.seq + 1, toSeq: seq, seenAtUs: nowUs })
    cursor.seq = Math.max(cursor.seq, seq)
  }

  function noteMismatch(beat: Beat, detail: string): void {
    if (cursor.checksumSeq === null) alarm({ reason: 'checksum', storeId, detail })
    cursor.checksumSeq = beat.seq
  }

  /**
   * A beat of this epoch from behind the cursor proves nothing. If it answers a newer ping than every proof and nothing
   * is missing, then the store's journal went back, as after a restore that opened no epoch: central has entries that
   * the store no longer knows. A beat read by a connector's snapshot is no such sign: the snapshot reads it after the
   * journal, which may have entries newer than the last beat.
   */
  function takeBeatBehind(beat: Beat): BeatVerdict {
    if (beat.ping <= cursor.asOfUs || gaps.length > 0 || !cursor.opened) return 'duplicate'
    noteMismatch(beat, `the store is back at seq ${beat.seq}, central has ${cursor.seq}: open a new epoch`)
    return 'applied'
  }

  function takeProof(beat: Beat): boolean {
    const isCovered = cursor.opened && coveredTo(gaps, beat.seq)
    if (beat.ping > latestPingUs) {
      const aheadMs = Math.ceil((beat.ping - latestPingUs) / 1_000)
      const detail = `it answers a ping ${aheadMs} ms beyond what central's clock can have shown by now`
      alarm({ reason: 'ping_from_future', storeId, detail })
    } else {
      cursor.answeredPingUs = beat.ping
      if (isCovered) cursor.asOfUs = Math.max(cursor.asOfUs, beat.ping)
    }
    return isCovered && beat.seq === cursor.seq
  }

  return {
    cursor,
    zone: state.zone,

    takeEntry(entry) {
      if (entry.epoch > cursor.epoch) startEpoch(entry.epoch)
      switch (classifySeq(entry, cursor, gaps)) {
        case 'repeat':
          return 'repeat'
        case 'missing':
          gaps = withoutSeq(gaps, gapAt(gaps, entry.seq), entry.seq)
          break
        default:
          skipTo(entry.seq - 1)
          cursor.seq = entry.seq
      }
      if (entry.kind === 'opened') cursor.opened = true
      return 'new'
    },

    takeBeat({ beat, isSnapshot }) {
      if (beat.epoch < cursor.epoch) return 'duplicate'
      if (beat.epoch === cursor.epoch && beat.seq < cursor.seq)
        return isSnapshot ? 'duplicate' : takeBeatBehind(beat)
      if (beat.epoch > cursor.epoch) startEpoch(beat.epoch)
      // The last entries may be the lost ones, with no entry behind them that would show the gap.
      skipTo(beat.seq)
      const isWhole = takeProof(beat)
      if (isWhole) cursor.rebuilding = false
      if (isFurther(beat, cursor)) {
        const { era: commandsEra, commandsDone } = beat
        Object.assign(cursor, { commandsEra, commandsDone, commandsMovedAtUs: nowUs })
      }
      cursor.beatAtUs = Math.max(cursor.beatAtUs ?? 0, beat.beatAtUs)
      return isWhole ? 'whole' : 'applied'
    },

    compareChecksum(beat) {
      const { checksum } = cursor
      if (parseChecksum(beat.checksum) !== checksum) {
        const found = `the store has ${beat.checksum}, central ${formatChecksum(checksum)}`
        return noteMismatch(beat, `at seq ${beat.seq} ${found}`)
      }
      cursor.checksumSeq = null
      // Every number up to here is applied and every level equals the store's: no record parked before is missing.
      cursor.parkedOpen = 0
      parkedResolved = true
      parkedBeforeBeat = parkedHere
    },

    noteDivergence({ epoch, seq }) {
      const detail = `the entry at epoch ${epoch}, seq ${seq} came again with another content`
      if (cursor.divergedSeq === null) alarm({ reason: 'divergence', storeId, detail })
      cursor.divergedSeq ??= seq
    },

    noteParked() {
      cursor.parkedOpen += 1
      parkedHere += 1
    },

    result() {
      const after = { ...state, cursor: markSuspect(cursor, gaps, nowUs), gaps }
      return { before: state, after, parkedResolved, parkedBeforeBeat }
    },
  }
}

/** A beat that comes again, with fewer commands done, takes nothing back. */
function isFurther({ era, commandsDone }: Beat, cursor: Cursor): boolean {
  return era > cursor.commandsEra || (era === cursor.commandsEra && commandsDone > cursor.commandsDone)
}
