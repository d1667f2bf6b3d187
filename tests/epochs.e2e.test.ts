import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPool, doChores, readPartitions } from '@shelfwire/mysql'
import { foldersIn, portsFrom, readSecrets } from '@shelfwire/platform'
import { compareAll, openDatabases } from '@shelfwire/verify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from './support/ask.ts'
import { dataDir, findPlatform, portBase, runOnPlatform, urls } from './support/platform.ts'
import { availability, newSku, onHandInCentral, receive, sell } from './support/shop.ts'
import { watchAvailability } from './support/watch.ts'

const STORE = 2
const ID = `store-${STORE}`

interface LedgerEntry {
  epoch: number
  kind: string
  onHandDelta: number
}

async function ledgerOf(sku: string): Promise<LedgerEntry[]> {
  const url = `${urls.centralQuery}/v1/ledger?store=${ID}&sku=${encodeURIComponent(sku)}`
  return (await ask<{ items: LedgerEntry[] }>('GET', url)).body.items
}

/** Units and sales of the SKU in the store's daily sums. */
async function soldOf(sku: string): Promise<{ unitsSold: number; sales: number }[]> {
  const url = `${urls.centralQuery}/v1/sales/daily?store=${ID}&sku=${encodeURIComponent(sku)}`
  return (await ask<{ items: { unitsSold: number; sales: number }[] }>('GET', url)).body.items
}

async function differences() {
  await using databases = openDatabases((await findPlatform()).databases)
  return (await compareAll(databases)).flatMap((comparison) => comparison.differences)
}

async function epochOfStore(): Promise<number> {
  return (await ask<{ epoch: number }>('GET', `${urls.store(STORE)}/v1/status`)).body.epoch
}

describe('a store that is restored from an older backup', () => {
  const milk = newSku('milk')
  const cheese = newSku('cheese')
  let folder: string
  let file: string
  let before: number

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backups-'))
    file = join(folder, 'backup.sql.gz')
    before = await epochOfStore()
    await receive(STORE, { [milk]: 100 })
    await sell(STORE, milk, 10)
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('a restored store sells on in a new epoch, and central follows without a wrong number', async () => {
    await runOnPlatform('store', 'backup', '--store', String(STORE), '--file', file)
    await sell(STORE, milk, 30)
    await receive(STORE, { [cheese]: 7 })
    await expect.poll(() => onHandInCentral(ID, milk)).toBe(60)
    await expect.poll(() => onHandInCentral(ID, cheese)).toBe(7)

    const watch = watchAvailability(ID, milk)
    await runOnPlatform('store', 'restore', '--store', String(STORE), '--file', file, '--yes')
    await expect.poll(() => watch.answers.at(-1)).toEqual({ onHand: 90, state: 'fresh' })
    await watch[Symbol.asyncDispose]()

    // I12: what was fresh was the one truth or the other, and never the old one after the new one.
    const fresh = watch.answers.filter((answer) => answer?.state === 'fresh').map((answer) => answer?.onHand)
    expect([...new Set(fresh)]).toEqual([60, 90])
    expect(fresh.lastIndexOf(60)).toBeLessThan(fresh.indexOf(90))
    expect(await epochOfStore()).toBe(before + 1)
    expect(await differences()).toEqual([])
  })

  test('a restored store has no entry after the backup; central empties those levels and its ledger keeps both epochs', async () => {
    // The store is fresh since the restore ended, but its service and its connector have only just begun.
    await expect
      .poll(async () => (await availability(cheese)).find(({ storeId }) => storeId === ID))
      .toMatchObject({ onHand: 0, freshness: { state: 'fresh' } })
    expect(await ledgerOf(milk)).toMatchObject([
      { epoch: before, kind: 'receipt', onHandDelta: 100 },
      { epoch: before, kind: 'sale', onHandDelta: -10 },
      { epoch: before, kind: 'sale', onHandDelta: -30 },
      { epoch: before + 1, kind: 'opening', onHandDelta: 90 },
    ])
    await sell(STORE, milk, 1)
    await expect.poll(() => onHandInCentral(ID, milk)).toBe(89)
    // I16: what the store has forgotten is off the daily sums.
    expect(await soldOf(milk)).toMatchObject([{ unitsSold: 11, sales: 2 }])
  })

  test('an epoch can be opened by hand, which changes only the numbering', async () => {
    await runOnPlatform('store', 'open-epoch', '--store', String(STORE), '--yes')
    expect(await epochOfStore()).toBe(before + 2)
    await expect.poll(() => ledgerOf(milk)).toHaveLength(6)
    expect(await onHandInCentral(ID, milk)).toBe(89)
    expect(await soldOf(milk)).toMatchObject([{ unitsSold: 11, sales: 2 }])
    expect(await differences()).toEqual([])
  })

  test('a restored store sells on after statements that change partitions of its journal, and drop an old epoch', async () => {
    const { databases } = await readSecrets(foldersIn(dataDir))
    const port = portsFrom(portBase).mysqlStore(STORE)
    const password = databases?.[ID]?.maintenance ?? ''
    const journal = { schema: 'store', table: 'journal' }
    const address = { host: '127.0.0.1', port, user: 'maintenance', password, database: 'store' }
    const pool = createPool(address, { connections: 1 })
    const partitions = await readPartitions(pool, journal)
    const oldest = partitions[0]?.name ?? ''
    await doChores(pool, journal, { add: [{ name: 'below_99', below: '99' }], drop: [oldest], partitions })
    expect((await readPartitions(pool, journal)).map(({ name }) => name)).not.toContain(oldest)
    await pool.end()
    await sell(STORE, milk, 1)
    await expect.poll(() => onHandInCentral(ID, milk)).toBe(88)
    await expect
      .poll(async () => (await availability(milk)).find(({ storeId }) => storeId === ID)?.freshness.state)
      .toBe('fresh')
    expect(await differences()).toEqual([])
  })

  test('a store can be restored from the same backup again, into a further epoch', async () => {
    await runOnPlatform('store', 'restore', '--store', String(STORE), '--file', file, '--yes')
    expect(await epochOfStore()).toBe(before + 3)
    await expect.poll(() => onHandInCentral(ID, milk)).toBe(90)
    await expect.poll(() => soldOf(milk)).toMatchObject([{ unitsSold: 10, sales: 1 }])
    expect(await differences()).toEqual([])
  })

  test("another store's backup and a missing one are refused, and nothing is changed", async () => {
    const other = join(folder, 'other.sql.gz')
    await runOnPlatform('store', 'backup', '--store', '1', '--file', other)
    const restore = (store: number, path: string) =>
      runOnPlatform('store', 'restore', '--store', String(store), '--file', path, '--yes')
    await expect(restore(STORE, other)).rejects.toThrow(/is a backup of store-1, not of store-2/)
    await expect(restore(STORE, join(folder, 'nothing'))).rejects.toThrow(/can't be read as a backup/)
    expect(await epochOfStore()).toBe(before + 3)
  })
})
