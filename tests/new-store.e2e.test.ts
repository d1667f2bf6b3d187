import { command } from '@shelfwire/platform'
import { expect, test } from 'vitest'
import { dataDir, platformStatus } from './support/platform.ts'
import { availability, newSku, receive, sell } from './support/shop.ts'

test('a store joins the running platform, its sales show in central, and no other component restarts', async () => {
  const before = await platformStatus()
  await command(dataDir, 'POST', '/stores')

  const number = before.installation.stores + 1
  const sku = newSku('honey')
  await receive(number, { [sku]: 12 })
  await sell(number, sku, 2)
  await expect
    .poll(() => availability(sku))
    .toEqual([
      expect.objectContaining({
        ...{ storeId: `store-${number}`, onHand: 10 },
        freshness: expect.objectContaining({ state: 'fresh' }),
      }),
    ])
  const after = await platformStatus()
  for (const { name, pid, restarts } of before.components) {
    expect(after.components.find((component) => component.name === name)).toMatchObject({ pid, restarts })
  }
}, 120_000)
