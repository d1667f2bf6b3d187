import { replay } from '@shelfwire/demo'
import { compareAll, killComponent, openDatabases, VICTIMS } from '@shelfwire/verify'
import { expect, test, vi } from 'vitest'
import { findPlatform, pidOf, platformStatus, startPlatform } from './support/platform.ts'
import { journalRecords, schemaIds } from './support/streams.ts'

const RATE = 40
const REGISTRY_BACK = { timeout: 30_000, interval: 200 }

test('I3 I6: kill -9 of each class of component during sales loses nothing and repeats nothing', async () => {
  const place = await findPlatform()
  const outcome = await replay(place, {
    ...{ count: Number.POSITIVE_INFINITY, rate: RATE, seed: '1', closing: new AbortController() },
    async meanwhile() {
      for (const component of VICTIMS) await killComponent(place, component)
    },
  })
  for (const { tally, audit, comparison } of outcome.stores) {
    expect(comparison.differences).toEqual([])
    expect({ ...audit, lagsMs: [] }).toEqual({ lost: [], repeated: [], lagsMs: [] })
    expect(tally.refused).toEqual(new Map())
    expect(tally.baskets).toBeGreaterThan(0)
  }
}, 300_000)

test('I14: after kill -9 of everything, a start continues with the same schema ids and positions', async () => {
  await using databases = openDatabases((await findPlatform()).databases)
  // The registry may be reconnecting to its database.
  const before = { schemas: await vi.waitFor(schemaIds, REGISTRY_BACK), records: await journalRecords() }
  // The supervisor first, or it would restart the others.
  const { pid, components } = await platformStatus()
  for (const each of [pid, ...components.map((component) => component.pid)])
    if (each !== null) process.kill(each, 'SIGKILL')
  await startPlatform()

  expect(await schemaIds()).toEqual(before.schemas)
  // A connector that forgot its position would read the whole journal again.
  expect((await journalRecords()) - before.records).toBeLessThan(before.records)
  const comparisons = await compareAll(databases)
  expect(comparisons.flatMap(({ differences }) => differences)).toEqual([])
  expect(comparisons.reduce((sum, { entries }) => sum + entries, 0)).toBeGreaterThan(1_000)
  expect(await pidOf('connect')).toBeGreaterThan(0)
}, 240_000)
