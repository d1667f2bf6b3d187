import { compareAll, openDatabases } from '@shelfwire/verify'
import { expect, test } from 'vitest'
import { findPlatform, runOnPlatform } from './support/platform.ts'
import { availability, newSku, onHandInCentral, receive, sell } from './support/shop.ts'
import { watchAvailability } from './support/watch.ts'

test('I16: central rebuilt from its stores equals them, and gives no wrong number meanwhile', async () => {
  const [milk, bread] = [newSku('milk'), newSku('bread')]
  await receive(1, { [milk]: 50, [bread]: 1_000_000 })
  await sell(1, milk, 8)
  await expect.poll(() => onHandInCentral('store-1', milk)).toBe(42)

  const watch = watchAvailability('store-1', milk)
  let selling = true
  let sold = 0
  const sales = (async () => {
    for (; selling; sold += 1) await sell(1, bread, 1)
  })()
  const output = await runOnPlatform('rebuild', '--yes')
  expect(output).toContain('store-1: proved equal')
  selling = false
  await sales
  await watch[Symbol.asyncDispose]()

  // Not while its journal was half read, not in any state.
  expect(new Set(watch.answers.map((answer) => answer?.onHand))).toEqual(new Set([42, undefined]))
  expect(watch.answers.at(-1)).toMatchObject({ onHand: 42 })
  expect(sold).toBeGreaterThan(10)
  await expect.poll(() => onHandInCentral('store-1', bread)).toBe(1_000_000 - sold)
  await using databases = openDatabases((await findPlatform()).databases)
  expect((await compareAll(databases)).flatMap(({ differences }) => differences)).toEqual([])
  await expect
    .poll(async () => (await availability(milk)).map(({ freshness }) => freshness.state))
    .toEqual(['fresh'])
})
