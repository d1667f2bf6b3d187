import { freshDatabase } from '@shelfwire/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type ColumnValue,
  createPool,
  insertRows,
  inTransaction,
  type Pool,
  type RowDataPacket,
} from './index.ts'

const TARGET = { table: 'things', columns: ['id', 'name', 'units'] }

let pool: Pool

beforeAll(async () => {
  const { root } = await freshDatabase('central')
  pool = createPool(root, { connections: 1 })
  await pool.query(
    `CREATE TABLE things (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NULL, units INT NOT NULL,
       CONSTRAINT things_no_poison CHECK (name <> 'poison'))`,
  )
})
beforeEach(() => pool.query('DELETE FROM things'))
afterAll(async () => {
  await pool.query('DROP TABLE things')
  await pool.end()
})

async function insert(rows: ColumnValue[][]): Promise<void> {
  await inTransaction(pool, (trx) => insertRows(trx, TARGET, rows))
}
async function stored(): Promise<unknown[][]> {
  const [rows] = await pool.query<RowDataPacket[]>('SELECT id, name, units FROM things ORDER BY id')
  return rows.map(({ id, name, units }) => [id, name, units])
}
const plain = (id: number): ColumnValue[] => [id, `name ${id}`, id]
const many = (count: number) => Array.from({ length: count }, (_, id) => plain(id))

/** Text with every character that is special to LOAD DATA or to string literals. */
const name = fc.option(
  fc.string({
    maxLength: 20,
    unit: fc.constantFrom(
      '\\',
      '\t',
      '\n',
      '\r',
      '\0',
      '\u001a',
      "'",
      '"',
      '%',
      'N',
      'x',
      ' ',
      'é',
      '€',
      '😀',
    ),
  }),
)

test.each([1, 120])('%s rows are stored unchanged, whatever their text', async (count) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, fc.integer({ min: -1_000, max: 1_000 })), {
        minLength: count,
        maxLength: count,
      }),
      async (values) => {
        const rows = values.map(([text, units], id) => [id, text, units])
        await insert(rows)
        expect(await stored()).toEqual(rows)
        await pool.query('DELETE FROM things')
      },
    ),
    { numRuns: 20 },
  )
})

test.each([
  ['a key that is there twice', [7, 'again', 0]],
  ['text that is too long', [1_000, 'x'.repeat(21), 0]],
  ['a number that does not fit', [1_000, 'x', 2 ** 40]],
  ['a row that breaks a rule of the table', [1_000, 'poison', 0]],
  ['nothing where something must be', [1_000, 'x', null]],
])('%s is refused among few and among many, and nothing is kept', async (_, culprit) => {
  for (const count of [10, 200]) {
    await expect(insert([...many(count), culprit])).rejects.toThrow()
    expect(await stored()).toEqual([])
  }
})
