import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aWrite, brokenInvariants, journalOf, openStore, rowsOf } from '../testing/open-store.ts'

const store = await openStore()
const root = await createConnection(store.root)
const [[before]] = (await root.query('SELECT @@GLOBAL.sql_mode AS mode')) as unknown as [{ mode: string }[]]
beforeAll(() => root.query('SET GLOBAL sql_mode = ?', [`${before?.mode},NO_BACKSLASH_ESCAPES,ANSI_QUOTES`]))
afterAll(async () => {
  await root.query('SET GLOBAL sql_mode = ?', [before?.mode])
  await root.end()
  await store[Symbol.asyncDispose]()
})

test.each([
  `'));DELETE/**/FROM/**/requests;#`,
  `\\'));DELETE/**/FROM/**/requests;#`,
  `"));DELETE/**/FROM/**/requests;#`,
])('the key %s is a name and no SQL, whatever sql_mode the server gives to new sessions', async (key) => {
  // Sessions of its own: those that were open when the mode was changed keep the one before.
  const lane = store.openLane()
  await lane.write(aWrite('receipt', { a: 10 }))
  const answers = () => rowsOf<{ request_id: string }>(store.pool, 'SELECT request_id FROM requests')
  const remembered = await answers()
  const sale = aWrite('sale', { a: 1 }, { key, reference: `it's a "\\"` })
  expect(await lane.write(sale)).toMatchObject({ status: 201 })
  expect(await answers()).toHaveLength(remembered.length + 1)
  expect((await journalOf(store.pool)).at(-1)).toMatchObject({ requestId: key, reference: `it's a "\\"` })
  expect(await lane.write(sale)).toMatchObject({ status: 201 })
  expect(await brokenInvariants(store.pool)).toEqual([])
})
