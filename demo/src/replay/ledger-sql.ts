import { partOf } from '@shelfwire/central'
import { usOfDatetime } from '@shelfwire/contracts'
import type { Pool, RowDataPacket } from '@shelfwire/mysql'
import type { Position } from '@shelfwire/verify'
import type { LedgerSale } from './audit.ts'

const PAGE = 10_000

interface Row extends Position {
  requestId: string
  sku: string
  onHandDelta: number
  recordedAt: string
  appliedAt: string
}

/** The sales of one run in central's ledger of a store, read from `after` on, where the run began. */
export async function readRunSales(
  central: Pool,
  { storeId, keyPrefix, after }: { storeId: string; keyPrefix: string; after: Position },
): Promise<LedgerSale[]> {
  const sales: LedgerSale[] = []
  for (let from = after; ; ) {
    const [rows] = await central.query<RowDataPacket[]>(
      `SELECT epoch, seq, request_id AS requestId, sku, on_hand_delta AS onHandDelta,
              recorded_at AS recordedAt, applied_at AS appliedAt
         FROM central_view.ledger
        WHERE part = ? AND store_id = ? AND (epoch > ? OR (epoch = ? AND seq > ?))
        ORDER BY epoch, seq LIMIT ${PAGE}`,
      [partOf(storeId), storeId, from.epoch, from.epoch, from.seq],
    )
    const page = rows as Row[]
    sales.push(...page.filter(({ requestId }) => requestId.startsWith(keyPrefix)).map(saleOf))
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return sales
    from = { epoch: last.epoch, seq: last.seq }
  }
}

function saleOf({ requestId, sku, onHandDelta, recordedAt, appliedAt }: Row): LedgerSale {
  const lagMs = (usOfDatetime(appliedAt) - usOfDatetime(recordedAt)) / 1_000
  return { requestId, sku, onHandDelta, lagMs }
}
