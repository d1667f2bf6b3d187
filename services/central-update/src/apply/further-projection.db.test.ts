import { appendCommands } from '@shelfwire/central'
import { inTransaction, known } from '@shelfwire/mysql'
import { expect, test } from 'vitest'
import type { Projection } from '../projections/projection.ts'
import { PROJECTIONS } from '../projections.ts'
import { openCentral } from '../testing/central-database.ts'
import { NOON_US, sampleStore } from '../testing/sample-store.ts'
import { applyBatch } from './apply-batch.ts'

/**
 * What reservations will do, in little: a hold that one store refuses is released in the others. Which stores have it is
 * only known once the records of all of them are applied.
 */
const releaseSiblings: Projection = {
  read: () => {
    const holders = new Map<string, Set<string>>()
    const refused = new Set<string>()
    let toRelease: { storeId: string; holdId: string }[] = []
    return known({
      applyEntry({ storeId, kind, holdId }) {
        if (holdId === null) return
        if (kind === 'hold_refused') refused.add(holdId)
        if (kind === 'hold') holders.set(holdId, new Set([...(holders.get(holdId) ?? []), storeId]))
      },
      conclude(stores) {
        const opened = new Set(
          stores.filter(({ cursor }) => cursor.opened).map(({ cursor }) => cursor.storeId),
        )
        toRelease = [...refused].flatMap((holdId) =>
          [...(holders.get(holdId) ?? [])]
            .filter((storeId) => opened.has(storeId))
            .map((storeId) => ({ storeId, holdId })),
        )
      },
      async write(trx, { nowUs }) {
        const commands = toRelease.map(({ storeId, holdId }) => ({
          ...{ storeId, kind: 'noop' as const, reference: holdId, body: {} },
        }))
        await appendCommands(trx, { commands, nowUs })
      },
    })
  },
}

test.each([
  ['first', 0],
  ['last', 2],
])('a projection releases the siblings of a hold that is refused %s among its batch', async (_, place) => {
  await using central = await openCentral()
  for (const storeId of ['store-1', 'store-2', 'store-3']) await central.register(storeId)
  const [one, two, three] = [sampleStore('store-1'), sampleStore('store-2'), sampleStore('store-3')]
  const refusal = one.entry('hold_refused', 'SKU-1', 0, { holdId: 'hold-1' })
  const records = [
    two.entry('hold', 'SKU-1', 0, { holdId: 'hold-1' }),
    three.entry('hold', 'SKU-1', 0, { holdId: 'hold-2' }),
  ].toSpliced(place, 0, refusal)
  const projections = [...PROJECTIONS, releaseSiblings]
  const options = { topic: 'journal', part: 0, nowUs: NOON_US, latestPingUs: NOON_US, badRuns: new Map() }
  await inTransaction(central.pool, (trx) => applyBatch(trx, records, { ...options, projections }))
  expect(await central.rows('SELECT store_id, reference FROM commands')).toEqual([
    { store_id: 'store-2', reference: 'hold-1' },
  ])
})
