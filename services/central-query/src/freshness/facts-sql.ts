import { usOfDatetime } from '@shelfwire/contracts'
import type { Reader } from '@shelfwire/mysql'

/** Facts about one store besides its freshness, from central's database; for people. */
export interface StoreFacts {
  name: string
  place: string
  connector: string
  /** How far the store's journal is applied; null before its first record. */
  cursor: { epoch: number; seq: number } | null
  /** Entries missing. */
  missing: number
  /** Parked records that aren't resolved. */
  parked: number
  /** Commands given and not done. */
  openCommands: number
  asOfUs: number
  /** The store's own clock at its last beat. */
  beatAtUs: number | null
  /** From the store's commit to central's, of the newest entry, by both their clocks. */
  lastLagMs: number | null
}

export interface Halt {
  topic: string
  partition: number
  reason: string
}

export interface Facts {
  stores: Map<string, StoreFacts>
  halts: Halt[]
}

interface FactsRow {
  store_id: string
  name: string
  place: string
  connector: string
  epoch: number | null
  seq: number | null
  as_of: number | null
  beat_at: string | null
  /** In central's current era. */
  commands_done: number | null
  next_number: number | null
  missing: string | number | null
  parked: number | null
  recorded_at: string | null
  applied_at: string | null
}

// The cursor's number is that of the newest applied entry, so each join is one lookup by key.
const FACTS = `
  SELECT stores.store_id, stores.name, stores.place, stores.connector,
    cursors.epoch, cursors.seq, cursors.as_of, cursors.beat_at,
    IF(cursors.commands_era = command_heads.era, cursors.commands_done, 0) AS commands_done,
    command_heads.next_number, missed.missing, unresolved.parked, newest.recorded_at, newest.applied_at
  FROM stores
  LEFT JOIN cursors ON cursors.part = stores.part AND cursors.store_id = stores.store_id
  LEFT JOIN command_heads ON command_heads.part = stores.part AND command_heads.store_id = stores.store_id
  LEFT JOIN (SELECT part, store_id, SUM(to_seq - from_seq + 1) AS missing FROM gaps GROUP BY part, store_id)
    AS missed ON missed.part = stores.part AND missed.store_id = stores.store_id
  LEFT JOIN (SELECT store_id, COUNT(*) AS parked FROM parked WHERE resolved_at IS NULL GROUP BY store_id)
    AS unresolved ON unresolved.store_id = stores.store_id
  LEFT JOIN central_view.ledger AS newest ON newest.part = cursors.part AND newest.store_id = cursors.store_id
    AND newest.epoch = cursors.epoch AND newest.seq = cursors.seq
  ORDER BY stores.store_id`

/** The facts about all stores, in two statements. */
export async function selectFacts(reader: Reader): Promise<Facts> {
  const rows = await reader.rows<FactsRow>(FACTS)
  const halts = await reader.rows<{ topic: string; partition_id: number; reason: string }>(
    'SELECT topic, partition_id, reason FROM halts ORDER BY topic, partition_id',
  )
  return {
    stores: new Map(rows.map((row) => [row.store_id, factsOf(row)])),
    halts: halts.map(({ topic, partition_id, reason }) => ({ topic, partition: partition_id, reason })),
  }
}

function factsOf(row: FactsRow): StoreFacts {
  const issued = (row.next_number ?? 1) - 1
  const lagUs =
    row.recorded_at === null || row.applied_at === null
      ? null
      : usOfDatetime(row.applied_at) - usOfDatetime(row.recorded_at)
  return {
    name: row.name,
    place: row.place,
    connector: row.connector,
    cursor: row.epoch === null || row.seq === null ? null : { epoch: row.epoch, seq: row.seq },
    missing: Number(row.missing ?? 0),
    parked: row.parked ?? 0,
    openCommands: Math.max(0, issued - (row.commands_done ?? 0)),
    asOfUs: row.as_of ?? 0,
    beatAtUs: row.beat_at === null ? null : usOfDatetime(row.beat_at),
    lastLagMs: lagUs === null ? null : Math.round(lagUs / 1_000),
  }
}
