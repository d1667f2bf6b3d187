import { appendFeed, type FeedChanges, type MarginRule, type Proof, partOf } from '@shelfwire/central'
import { datetimeOfUs } from '@shelfwire/contracts'
import { inTransaction, type Pool, type Transaction } from '@shelfwire/mysql'

/** A level as a test names it; what is left out is 0. */
export interface WrittenLevel {
  storeId: string
  sku: string
  onHand: number
  held?: number
  pending?: number
}

/** What is proved about a store; by default it isn't being rebuilt. */
export type WrittenProof = Omit<Proof, 'rebuilding'> & { rebuilding?: boolean }

/** Writes levels, proofs and their feed entry as central-update does, in one transaction. */
export function createWriter(pool: Pool) {
  async function write(
    changes: { levels?: WrittenLevel[]; proofs?: Record<string, WrittenProof>; margins?: MarginRule[] },
    nowUs = Date.now() * 1_000,
  ): Promise<void> {
    await inTransaction(pool, async (trx) => {
      const feed: FeedChanges = { stock: [], freshness: [], margins: changes.margins ?? [] }
      for (const { storeId, sku, onHand, held = 0, pending = 0 } of changes.levels ?? []) {
        const at = datetimeOfUs(nowUs)
        await trx.run(
          `INSERT INTO stock (part, sku, store_id, on_hand, held, pending, epoch, seq, updated_at)
           VALUES (?, ?, ?, ?, ?, ?, 1, 1, ?)
           ON DUPLICATE KEY UPDATE on_hand = VALUES(on_hand), held = VALUES(held), pending = VALUES(pending),
             updated_at = VALUES(updated_at)`,
          [partOf(storeId), sku, storeId, onHand, held, pending, at],
        )
        feed.stock?.push({ storeId, sku, onHand, held, pending, updatedAtUs: nowUs })
      }
      for (const [storeId, written] of Object.entries(changes.proofs ?? {})) {
        const proof = { rebuilding: false, ...written }
        await saveProof(trx, { storeId, proof, nowUs })
        feed.freshness?.push({ storeId, ...proof })
      }
      for (const { storeId, category, sku, units } of changes.margins ?? []) {
        await trx.run(
          `INSERT INTO margins (store_id, category, sku, units, updated_by, updated_at) VALUES (?, ?, ?, ?, 'test', ?)
           ON DUPLICATE KEY UPDATE units = VALUES(units)`,
          [storeId ?? '', category ?? '', sku ?? '', units, datetimeOfUs(nowUs)],
        )
      }
      appendFeed(trx, { part: 0, changes: feed, nowUs })
    })
  }

  return {
    write,
    /** Writes a proof as of now for each store. */
    beat: (...storeIds: string[]) => {
      const asOfUs = Date.now() * 1_000
      return write({ proofs: Object.fromEntries(storeIds.map((id) => [id, { asOfUs, suspect: null }])) })
    },
  }
}

async function saveProof(
  trx: Transaction,
  { storeId, proof, nowUs }: { storeId: string; proof: Proof; nowUs: number },
): Promise<void> {
  const at = datetimeOfUs(nowUs)
  await trx.run(
    `INSERT INTO cursors (part, store_id, epoch, seq, checksum, as_of, beat_at, commands_done, commands_moved_at,
       opened, parked_open, rebuilding, suspect_reason, updated_at)
     VALUES (?, ?, 1, 1, '0000000000000000', ?, ?, 0, ?, 1, 0, ?, ?, ?)
     ON DUPLICATE KEY UPDATE as_of = VALUES(as_of), beat_at = VALUES(beat_at), suspect_reason = VALUES(suspect_reason),
       rebuilding = VALUES(rebuilding)`,
    [partOf(storeId), storeId, proof.asOfUs, at, at, proof.rebuilding ? 1 : 0, proof.suspect, at],
  )
}
