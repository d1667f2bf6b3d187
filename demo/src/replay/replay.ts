import { randomBytes } from 'node:crypto'
import type { Place } from '@shelfwire/platform'
import {
  compareAll,
  type Databases,
  journalOf,
  newestEntry,
  openDatabases,
  type Position,
  type StoreComparison,
  untilCaughtUp,
} from '@shelfwire/verify'
import { readBaskets } from '../baskets/read-baskets.ts'
import { linesOf, type Spread } from '../baskets/spread-baskets.ts'
import { readCatalogue } from '../catalogue/catalogue.ts'
import { type Audit, audit } from './audit.ts'
import { readRunSales } from './ledger-sql.ts'
import { publishCatalogue } from './publish-catalogue.ts'
import { saleKey, sell } from './sell.ts'
import { countAnswer, newTally, type Tally } from './tally.ts'
import { createTill } from './till.ts'

/** Baskets of one store that one receipt is for; the longest receipt has a line for each of the 169 items. */
const CHUNK = 5_000
/** How long a till asks again, and central may take to catch up: longer than any component takes to come back. */
const PATIENCE_MS = 180_000

export interface ReplayWish {
  count: number
  rate: number
  seed: string
  /** No new sale begins once it is aborted; `replay` does it too when the last one is sold. */
  closing: AbortController
  /** Begins with the first sale; when it ends, the doors close. */
  meanwhile?: () => Promise<void>
  onSale?: () => void
  /** The last sale is answered. */
  onClose?: () => void
  /** What is being done now, for people. */
  say?: (line: string) => void
}

/** What one store did in a run. */
export interface StoreOutcome {
  tally: Tally
  audit: Audit
  comparison: StoreComparison
}

export interface Outcome {
  stores: StoreOutcome[]
  /** From the first sale to the last answer. */
  sellingMs: number
}

/**
 * Sells real baskets in every store of an installation, waits until central's own answers prove that it has them all,
 * and then proves it again against the databases.
 */
export async function replay(place: Place, wish: ReplayWish): Promise<Outcome> {
  await using databases = openDatabases(place.databases)
  const catalogue = await readCatalogue()
  await publishCatalogue(place.centralQueryUrl, catalogue)
  const spread = {
    baskets: await readBaskets(),
    stores: place.stores.length,
    seed: wish.seed,
    count: wish.count,
  }
  const runId = newRunId()
  const starts = await newestEntries(databases)
  const tallies = new Map(place.stores.map(({ storeId }) => [storeId, newTally(storeId)]))

  wish.say?.('receiving goods')
  let openedAt = Date.now()
  let meanwhile: Promise<void> | undefined
  await sell({
    spread,
    tills: place.stores.map((store) => createTill(store, { patienceMs: PATIENCE_MS })),
    catalogue: catalogue.map(({ sku }) => sku),
    runId,
    rate: wish.rate,
    chunk: CHUNK,
    closing: wish.closing.signal,
    onOpen: () => {
      openedAt = Date.now()
      meanwhile = wish.meanwhile?.().finally(() => wish.closing.abort())
      // Its failure is thrown below, where it is awaited.
      meanwhile?.catch(() => {})
    },
    onAnswer: (sale, answer) => {
      const tally = tallies.get(sale.storeId)
      if (tally) countAnswer(tally, sale, answer)
      wish.onSale?.()
    },
  })
  const closedAt = Date.now()
  wish.onClose?.()
  wish.closing.abort()
  await meanwhile

  wish.say?.('waiting for the beats that cover the last sale')
  const goals = [...tallies.values()].map(({ storeId, last }) => ({
    storeId,
    applied: last,
    asOfAfter: closedAt,
  }))
  await untilCaughtUp(place.centralQueryUrl, goals, { withinMs: PATIENCE_MS })

  wish.say?.('comparing every store with central')
  const comparisons = await compareAll(databases)
  const stores = comparisons.map(async (comparison): Promise<StoreOutcome> => {
    const { storeId } = comparison
    const tally = tallies.get(storeId) ?? newTally(storeId)
    const after = starts.get(storeId) ?? { epoch: 1, seq: 0 }
    const ledger = await readRunSales(databases.central, { storeId, keyPrefix: `${runId}-sale-`, after })
    return { tally, audit: audit(expectedOf(spread, runId, tally), ledger), comparison }
  })
  return { stores: await Promise.all(stores), sellingMs: closedAt - openedAt }
}

/** Unlike any before, and in order of time for people who look for a run in a journal. */
export function newRunId(): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+Z/g, '')
  return `replay-${time}-${randomBytes(3).toString('hex')}`
}

async function newestEntries({ stores }: Databases): Promise<Map<string, Position>> {
  const found = [...stores].map(
    async ([storeId, store]) => [storeId, await newestEntry(journalOf(store))] as const,
  )
  return new Map(await Promise.all(found))
}

function expectedOf(
  spread: Spread,
  runId: string,
  { acknowledged }: Tally,
): Map<string, Map<string, number>> {
  return new Map(
    acknowledged.map((number) => {
      const units = new Map<string, number>()
      for (const sku of linesOf(spread, number)) units.set(sku, (units.get(sku) ?? 0) + 1)
      return [saleKey(runId, number), units]
    }),
  )
}
