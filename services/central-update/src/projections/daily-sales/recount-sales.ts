import { type Entry, rememberedBy } from '@shelfwire/contracts'
import type { Transaction } from '@shelfwire/mysql'
import { addDailySales } from './daily-sales-sql.ts'
import { decideRecount, lowestOf, type Recount } from './decide-recount.ts'
import { nextEpochOf, readOpenings, readSales, type StorePlace } from './recount-sql.ts'
import { dailySalesOf } from './sum-sales.ts'

const SALES_PER_PAGE = 10_000

/**
 * Brings the daily sums of a store to what its database remembers, when its `opened` entry is new to the ledger (and in
 * it). In the transaction that applies the entry, behind the cursor's lock: a repeated `opened` is not new, and entries
 * of an earlier epoch that arrive later are repeats, so nothing is taken off or added twice.
 */
export async function recountSales(
  trx: Transaction,
  opened: Entry,
  { part, zone }: { part: number; zone: string },
): Promise<void> {
  const remembered = rememberedBy(opened)
  if (remembered === null) return
  const place = { part, storeId: opened.storeId }
  const opening = { epoch: opened.epoch, remembered }
  const earlier = await readOpenings(trx, place, opened.epoch)
  let epoch = await nextEpochOf(trx, place, lowestOf(remembered))
  while (epoch !== null && epoch < opened.epoch) {
    const recount = decideRecount(epoch, { earlier, opening })
    if (recount !== null) await applyRecount(trx, { ...place, zone }, recount)
    epoch = await nextEpochOf(trx, place, epoch + 1)
  }
}

async function applyRecount(
  trx: Transaction,
  { zone, ...place }: StorePlace & { zone: string },
  recount: Recount,
): Promise<void> {
  let { fromSeq } = recount
  for (;;) {
    const page = await readSales(trx, { ...place, ...recount, fromSeq, limit: SALES_PER_PAGE })
    const sums = dailySalesOf(page, zone).map((sum) => ({
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
