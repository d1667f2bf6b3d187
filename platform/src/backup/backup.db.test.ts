import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { freshDatabase, openProxy } from '@shelfwire/testkit'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ServerAddress } from '../database/ask-server.ts'
import { askServer } from '../database/ask-server.ts'
import { backUpStore } from './back-up-store.ts'
import { loadStore, readBackupOf } from './load-store.ts'

const AT = '2026-05-01 10:00:00.123456'
const NOW = new Date('2026-05-01T12:00:00Z')
const TABLES = ['head', 'heartbeats', 'journal', 'replays', 'requests', 'stock']
/** What a till may put into a reference, and what breaks careless backups. */
const NASTY = 'line\nend\r\0 \u2028 \'quote\' "double" \\ -- ; 🥛'
const ENTRIES = 6_000

let folder: string
let path: string
let service: ServerAddress
let root: ServerAddress

async function prepare(): Promise<void> {
  ;({ service, root } = await freshDatabase('local-store'))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `backup-${randomUUID()}`))
  path = join(folder, 'store-1.sql.gz')
  await prepare()
  await askServer(root, async (session) => {
    await session.query(
      `INSERT INTO head (store_id, epoch, next_seq, commands_done, checksum)
       VALUES ('store-1', 1, ?, 4, '00000000000000ff')`,
      [ENTRIES + 1],
    )
    const rows = Array.from({ length: ENTRIES }, (_, index) => entry(index + 1))
    for (let from = 0; from < ENTRIES; from += 5_000)
      await session.query('INSERT INTO journal VALUES ?', [rows.slice(from, from + 5_000)])
    await session.query('INSERT INTO stock VALUES ?', [
      [['milk', 'milk', ENTRIES, 0, 1, ENTRIES, AT, null, null, AT]],
    ])
    const hash = Buffer.from('00ff0a0d275c1a80e280a8f09fa59b00', 'hex')
    await session.query('INSERT INTO requests VALUES ?', [[['till', 'key', hash, 201, NASTY, AT]]])
  })
})
afterEach(() => rm(folder, { recursive: true }))

function entry(seq: number): unknown[] {
  const reference = seq % 100 === 0 ? NASTY : null
  return [
    1,
    seq,
    'store-1',
    'milk',
    'receipt',
    1,
    0,
    seq,
    0,
    null,
    'till',
    `key-${seq}`,
    reference,
    null,
    AT,
    AT,
  ]
}

const backUp = () => backUpStore(service, { storeId: 'store-1', path, now: () => NOW })

async function contents(): Promise<Record<string, unknown[]>> {
  return askServer(root, async (session) => {
    const found: Record<string, unknown[]> = {}
    for (const table of TABLES) {
      const [rows] = await session.query<RowDataPacket[]>(`SELECT * FROM ${table} ORDER BY 1, 2`)
      found[table] = rows
    }
    return found
  })
}

describe('a backup of a store', () => {
  test('a backup has a header, and loading it restores every row of every table', async () => {
    const before = await contents()
    const header = await backUp()
    expect(header).toMatchObject({
      ...{ storeId: 'store-1', epoch: 1, seq: ENTRIES, checksum: '00000000000000ff' },
      madeAt: NOW.toISOString(),
    })
    expect(await readBackupOf(path, 'store-1')).toEqual(header)
    await prepare()
    await loadStore(root, path)
    expect(await contents()).toEqual(before)
  })

  test('loading a backup restores the partitions, too, so that old epochs can be dropped one by one', async () => {
    const partitions = () =>
      askServer(root, async (session) => {
        const [rows] = await session.query<RowDataPacket[]>(
          `SELECT TABLE_NAME AS tab, PARTITION_NAME AS name, PARTITION_DESCRIPTION AS below
           FROM information_schema.PARTITIONS
           WHERE TABLE_SCHEMA = 'store' AND PARTITION_NAME IS NOT NULL ORDER BY 1, PARTITION_ORDINAL_POSITION`,
        )
        return rows
      })
    await askServer(root, async (session) => {
      await session.query(
        `ALTER TABLE journal REORGANIZE PARTITION rest INTO
         (PARTITION below_7 VALUES LESS THAN (7), PARTITION rest VALUES LESS THAN (MAXVALUE))`,
      )
      await session.query(
        `ALTER TABLE replays REORGANIZE PARTITION rest INTO (PARTITION day_2026_05_01 VALUES LESS THAN ('2026-05-08'),
         PARTITION rest VALUES LESS THAN (MAXVALUE))`,
      )
    })
    const before = await partitions()
    expect(before.map(({ name }) => name)).toEqual([
      ...['below_2', 'below_3', 'below_7', 'rest', 'day_2026_05_01', 'rest'],
    ])
    await backUp()
    await prepare()
    await loadStore(root, path)
    expect(await partitions()).toEqual(before)
  })

  test('a backup is of one moment although the store sells meanwhile', async () => {
    const sales = await createConnection({ ...root, host: '127.0.0.1' })
    let seq = ENTRIES
    let selling = true
    const run = (async () => {
      while (selling) {
        seq += 1
        await sales.beginTransaction()
        await sales.query('INSERT INTO journal VALUES (?)', [entry(seq)])
        await sales.query('UPDATE stock SET on_hand = ?, seq = ?', [seq, seq])
        await sales.query('UPDATE head SET next_seq = ?', [seq + 1])
        await sales.commit()
      }
    })()
    await expect.poll(() => seq).toBeGreaterThan(ENTRIES + 2)
    const { seq: backedUp } = await backUp()
    selling = false
    await run
    await sales.end()
    await prepare()
    await loadStore(root, path)
    const { journal, stock } = await contents()
    expect(journal).toHaveLength(backedUp)
    expect(stock).toMatchObject([{ on_hand: backedUp, seq: backedUp }])
  })

  test("a backup is readable by its user alone, because customers' receipts are in it", async () => {
    await backUp()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })
})

test('a store whose database is down is not backed up, and no file is left', async () => {
  service = { ...service, port: 1 }
  await expect(backUp()).rejects.toThrow(/mysql-store-1 isn't running/)
  expect(await readdir(folder)).toEqual([])
})

test('a backup of a server that goes silent ends with a reason and leaves no file', async () => {
  const proxy = await openProxy({ host: '127.0.0.1', port: service.port })
  proxy.onClientText('FROM `journal`', 'keep the answer back')
  const options = { storeId: 'store-1', path, now: () => NOW, silentMs: 300 }
  await expect(backUpStore({ ...service, port: proxy.port }, options)).rejects.toThrow(
    'mysql-store-1 is silent',
  )
  expect(await readdir(folder)).toEqual([])
})

test('a statement of the runner that a silent server never answers is given up', async () => {
  const proxy = await openProxy({ host: '127.0.0.1', port: service.port })
  const asking = askServer(
    { ...service, port: proxy.port },
    async (session) => {
      proxy.fallSilent()
      await session.query('SELECT 1')
    },
    { answerWithinMs: 300 },
  )
  await expect(asking).rejects.toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
})

describe('a backup is refused', () => {
  const statements = async () => gunzipSync(await readFile(path)).toString()

  test('a backup of another store is refused', async () => {
    await backUp()
    await expect(readBackupOf(path, 'store-2')).rejects.toThrow(/is a backup of store-1, not of store-2/)
  })

  test('a backup of tables that have been changed since is refused', async () => {
    await backUp()
    await askServer(root, (session) =>
      session.query("INSERT INTO knex_migrations (name, batch) VALUES ('0009-x.sql', 9)"),
    )
    await expect(loadStore(root, path)).rejects.toThrow(
      /was made at level \d{4}-.*, this installation is at 0009-x/,
    )
  })

  test('a backup whose content was changed is refused', async () => {
    await backUp()
    const forged = (await statements()).replace("'milk', 'milk', 6000", "'milk', 'milk', 7000")
    await writeFile(path, gzipSync(forged))
    await prepare()
    await expect(loadStore(root, path)).rejects.toThrow(/is damaged: its contents/)
  })

  test('a backup that was cut off is refused, in the middle or before its last line', async () => {
    await backUp()
    const whole = await readFile(path)
    const text = await statements()
    await writeFile(path, whole.subarray(0, whole.length >> 1))
    await prepare()
    await expect(loadStore(root, path)).rejects.toThrow(/can't be read as a backup/)
    await writeFile(path, gzipSync(text.slice(0, text.lastIndexOf('-- end'))))
    await prepare()
    await expect(loadStore(root, path)).rejects.toThrow(/is damaged: it has no end/)
  })

  test('a backup file that does not exist is refused', async () => {
    await expect(readBackupOf(path, 'store-1')).rejects.toThrow(/can't be read as a backup: ENOENT/)
  })

  test.each(['', 'no gzip at all', gzipSync('INSERT INTO head VALUES (1);\n')])(
    'a file that is no backup is refused',
    async (text) => {
      await writeFile(path, text)
      await expect(readBackupOf(path, 'store-1')).rejects.toMatchObject({ code: 'refused' })
    },
  )
})
