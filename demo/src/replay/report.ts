import Table from 'cli-table3'
import { PLAIN } from '../comparison-table.ts'
import { percentile } from './audit.ts'
import type { Outcome, StoreOutcome } from './replay.ts'

const HEAD = [
  'store',
  'baskets',
  'lines',
  'refused',
  'sales/s',
  'lag p50',
  'p95',
  'p99 ms',
  'differences',
  'lost',
  'repeated',
]

/** What a run came to, per store and in all. */
export function outcomeTable({ stores, sellingMs }: Outcome): string {
  const table = new Table({
    head: HEAD,
    style: PLAIN,
    colAligns: HEAD.map((_, at) => (at ? 'right' : 'left')),
  })
  for (const store of stores) table.push(cells(store.tally.storeId, [store], sellingMs))
  table.push(cells('all', stores, sellingMs))
  return table.toString()
}

/** True when nothing differs, nothing was lost and nothing was recorded twice. */
export function isSound({ stores }: Outcome): boolean {
  return stores.every(
    ({ comparison, audit }) =>
      comparison.differences.length + audit.lost.length + audit.repeated.length === 0,
  )
}

/** The codes of what was refused, with how often; an empty text when nothing was. */
export function refusalsText({ stores }: Outcome): string {
  const refusals = stores.flatMap(({ tally }) =>
    [...tally.refused].map(([code, count]) => `${tally.storeId} refused ${count} baskets: ${code}`),
  )
  return refusals.join('\n')
}

function cells(name: string, stores: readonly StoreOutcome[], sellingMs: number): (string | number)[] {
  const sum = (count: (store: StoreOutcome) => number) =>
    stores.reduce((total, store) => total + count(store), 0)
  const baskets = sum(({ tally }) => tally.baskets)
  const lags = stores.flatMap(({ audit }) => audit.lagsMs).sort((a, b) => a - b)
  return [
    name,
    baskets,
    sum(({ tally }) => tally.lines),
    sum(({ tally }) => [...tally.refused.values()].reduce((total, count) => total + count, 0)),
    (baskets / (sellingMs / 1_000)).toFixed(1),
    ...[0.5, 0.95, 0.99].map((share) => percentile(lags, share)?.toFixed(1) ?? ''),
    sum(({ comparison }) => comparison.differences.length),
    sum(({ audit }) => audit.lost.length),
    sum(({ audit }) => audit.repeated.length),
  ]
}
