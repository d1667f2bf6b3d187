import type { Logger } from '@shelfwire/http'
import type { UpdateMetrics } from './metrics.ts'
import type { Alarm } from './store-state/alarm.ts'

/** Each reason for an alarm (the label of `shelfwire_alarms_total`), and what its log line says. */
const REASONS = {
  as_of_from_future: 'asOf lay in the future and proved nothing; taken back',
  checksum: 'checksum mismatch',
  clock: "the machine's clock or the central database's is wrong, or has leapt",
  commands_ahead: 'commands done that were never given; no more are sent',
  commands_stuck: 'no command done for 60 s',
  divergence: 'a repeated entry differs from the ledger',
  gap_unfilled: 'entries missing for 10 minutes: open a new epoch',
  log_moved_back: 'the journal topic was recreated or truncated; reading goes on from its earliest record',
  offset_outside_log: 'the next record was not in the log; reading goes on elsewhere, records may be lost',
  parked: 'record parked',
  partition_halted: 'too many bad records in a row; halted until it is resumed',
  ping_from_future: 'a beat answers a ping from the future, which proves nothing',
  records_not_applied: 'records not applied; retrying',
  schema_unavailable: 'no schema for its records; retrying',
  unclaimed_beat: 'beats from a connector that is not the registered one',
} satisfies Record<Alarm['reason'], string> & Record<string, string>

export type AlarmReason = keyof typeof REASONS

/** What an alarm is about, and what helps to look into it. */
export interface AlarmDetail {
  storeId?: string | null
  partition?: number
  partitions?: readonly number[]
  [more: string]: unknown
}

export interface Alarms {
  /** Counts an alarm and logs it at level `error`: `alarm: checksum mismatch, store-2`. */
  raise(reason: AlarmReason, detail: AlarmDetail): void
}

/** Beats of unregistered connectors that are remembered, so that each is logged once. */
const MAX_REMEMBERED = 1_000

/** Every alarm of the process goes through here. */
export function createAlarms({ log, metrics }: { log: Logger; metrics: UpdateMetrics }): Alarms {
  const unclaimed = new Set<unknown>()

  /** A store that isn't registered beats once a second: its alarm is counted each time, and logged once. */
  function isLoggedBefore(reason: AlarmReason, { detail }: AlarmDetail): boolean {
    if (reason !== 'unclaimed_beat') return false
    if (unclaimed.has(detail) || unclaimed.size >= MAX_REMEMBERED) return true
    unclaimed.add(detail)
    return false
  }

  return {
    raise(reason, detail) {
      metrics.alarms.inc({ reason })
      if (isLoggedBefore(reason, detail)) return
      log.error({ alarm: reason, ...detail }, `alarm: ${REASONS[reason]}${subjectOf(detail)}`)
    },
  }
}

function subjectOf({ storeId, partition, partitions }: AlarmDetail): string {
  if (typeof storeId === 'string') return `, ${storeId}`
  if (partition !== undefined) return `, partition ${partition}`
  return partitions === undefined ? '' : `, partitions ${partitions.join(', ')}`
}
