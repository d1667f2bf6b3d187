import { type Entry, rememberedBy } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { dailySales, type Zones } from './daily-sales.ts'
import { addDailySales } from './daily-sales-sql.ts'
import { decideRecount, lowestOf, type Recount } from './decide-recount.ts'
import { nextEpochOf, readOpenings, readSales, type StorePlace } from './recount-sql.ts'

const SALES_PER_PAGE = 10_000

/**
 * Brings the daily sums of a store to what its database remembers, when its `opened` entry is new to the ledger (and in
 * it). In the transaction that applies the entry, behind the cursor's lock: a repeated `opened` is not new, and entries
 * of an earlier epoch that arrive later are repeats, so nothing is taken off or added twice.
 */
export async function recountSales(
  trx: Transaction,
  opened: Entry,
  { part, zones }: { part: number; zones: Zones },
): Promise<void> {
  const remembered = rememberedBy(opened)
  if (remembered === null) return
  const place = { part, storeId: opened.storeId }
  const opening = { epoch: opened.epoch, remembered }
  const earlier = await readOpenings(trx, place, opened.epoch)
  let epoch = await nextEpochOf(trx, place, lowestOf(remembered))
  while (epoch !== null && epoch < opened.epoch) {
    const recount = decideRecount(epoch, { earlier, opening })
    if (recount !== null) await applyRecount(trx, { ...place, zones }, recount)
    epoch = await nextEpochOf(trx, place, epoch + 1)
  }
}

async function applyRecount(
  trx: Transaction,
  { zones, ...place }: StorePlace & { zones: Zones },
  recount: Recount,
): Promise<void> {
  let { fromSeq } = recount
  for (;;) {
    const page = await readSales(trx, { ...place, ...recount, fromSeq, limit: SALES_PER_PAGE })
    const sums = dailySales(page, zones).map((sum) => ({
      ...sum,
      unitsSold: recount.sign * sum.unitsSold,
      unitsReturned: recount.sign * sum.unitsReturned,
      sales: recount.sign * sum.sales,
    }))
    await addDailySales(trx, place.part, sums)
    const last = page.at(-1)
    if (last === undefined || page.length < SALES_PER_PAGE) return
    fromSeq = last.seq + 1
  }
}
