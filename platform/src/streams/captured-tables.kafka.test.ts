import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ENTRY_COLUMNS } from '@shelfwire/contracts'
import { createDecoder, createTopics } from '@shelfwire/kafka'
import { createPool, type Pool, type RowDataPacket } from '@shelfwire/mysql'
import { type FreshDatabase, freshDatabase, openConnect, streams, testKafka } from '@shelfwire/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUpStore } from '../backup/back-up-store.ts'

const WITHIN = { timeout: 50_000, interval: 50 }
const COLUMNS = ENTRY_COLUMNS.join(', ')

type Seen = { offset: number; table: string; seq: number; op: string }

const storeId = `s-${randomUUID().slice(0, 8)}`
const topic = `journal-${storeId}`
const commandsTopic = `commands-${storeId}`
const kafka = testKafka('captured-tables')
const admin = kafka.admin()
const consumer = kafka.consumer({ groupId: `group-${storeId}` })
const closing: AsyncDisposable[] = []
/** Whatever the connectors have written, in its order. */
const seen: Seen[] = []
let database: FreshDatabase
let root: Pool
let service: Pool
let connect: Awaited<ReturnType<typeof openConnect>>

beforeAll(async () => {
  const central = await freshDatabase('central')
  database = await freshDatabase('local-store')
  root = createPool(database.root, { connections: 4 })
  service = createPool(database.service, { connections: 4 })
  await root.query(
    'INSERT INTO head (store_id, epoch, next_seq, commands_done, checksum) VALUES (?, 1, 1, 0, 0)',
    [storeId],
  )
  await admin.connect()
  await createTopics(
    admin,
    [topic, commandsTopic].map((name) => ({ topic: name, numPartitions: 1 })),
  )
  connect = await openConnect()
  closing.push(connect)
  await connect.capture(storeId, database, { 'transforms.route.replacement': topic })
  await connect.capture('central', central, { 'transforms.outbox.route.topic.replacement': commandsTopic })
  await listen()
}, 120_000)

afterAll(async () => {
  await consumer.disconnect()
  await admin.disconnect()
  for (const each of closing) await each[Symbol.asyncDispose]()
  await Promise.all([root.end(), service.end()])
})

async function listen(): Promise<void> {
  const decoder = createDecoder(streams().registryUrl)
  await consumer.connect()
  await consumer.subscribe({ topics: [topic, commandsTopic], fromBeginning: true })
  await consumer.run({
    async eachMessage({ message: { value, offset } }) {
      await decoder.prepare([value])
      const decoded = decoder.decode(value)
      if (!decoded.ok) throw new Error(decoded.reason)
      const { name, fields } = decoded
      const seq = Number(fields.seq ?? fields.number)
      seen.push({
        offset: Number(offset),
        table: name.replace('shelfwire.', ''),
        seq,
        op: String(fields.__op),
      })
    },
  })
}

let lastSeq = 0

/** Records a sale as the store's service does. */
async function sell(): Promise<number> {
  lastSeq += 1
  const row = [1, lastSeq, storeId, 'SKU-1', 'sale', -1, 0, 1, 0, null, 'till', `r-${lastSeq}`, null, null]
  await service.query(`INSERT INTO journal (${COLUMNS}) VALUES (?, NOW(6), NOW(6))`, [row])
  return lastSeq
}

/** Of each connector and task that doesn't run: how it is, and why. */
async function troubles(): Promise<string[]> {
  const states = (await connect.api.states()).flatMap(({ connector, tasks }) => [connector, ...tasks])
  return states.filter(({ state }) => state !== 'RUNNING').map(({ state, trace }) => `${state} ${trace}`)
}

/** Every connector runs, and delivers the next changes. */
async function expectFlow(): Promise<void> {
  const seq = await sell()
  await root.query(
    `REPLACE INTO heartbeats (store_id, epoch, seq, ping, commands_done, checksum, beat_at)
     VALUES (?, 1, ?, 0, 0, '0000000000000000', NOW(6))`,
    [storeId, seq],
  )
  await root.query(
    `INSERT INTO replays (command_number, ${COLUMNS}) SELECT seq, ${COLUMNS} FROM journal WHERE seq = ?`,
    [seq],
  )
  await root.query(
    `INSERT INTO central.commands (part, store_id, number, attempt, kind, body, issued_at)
     VALUES (0, ?, ?, 1, 'resync', '{}', NOW(6))`,
    [storeId, seq],
  )
  const missing = () =>
    ['Entry', 'Beat', 'Replay', 'Command'].filter(
      (table) => !seen.some((each) => each.table === table && each.seq === seq),
    )
  await expect
    .poll(async () => ({ missing: missing(), troubles: await troubles() }), WITHIN)
    .toEqual({ missing: [], troubles: [] })
}

describe('a connector survives, and delivers the next changes, after', () => {
  const captured = ['store.journal', 'store.heartbeats', 'store.replays', 'central.commands']
  const keys: Record<string, string> = {
    'store.journal': 'epoch = epoch + 1',
    'store.heartbeats': "store_id = 'elsewhere'",
    'store.replays': 'command_number = command_number + 1000000',
    'central.commands': 'attempt = attempt + 1',
  }
  const times: Record<string, string> = {
    'store.journal': 'recorded_at',
    'store.heartbeats': 'beat_at',
    'store.replays': 'recorded_at',
    'central.commands': 'issued_at',
  }
  test.each(
    captured.flatMap((table) => [
      `UPDATE ${table} SET ${times[table]} = NOW(6)`,
      `UPDATE ${table} SET ${keys[table]}`,
      `DELETE FROM ${table} LIMIT 1`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
      `ALTER TABLE ${table} ADD COLUMN noted VARCHAR(10) NULL`,
      `ALTER TABLE ${table} MODIFY noted VARCHAR(20) NULL, ALGORITHM = COPY`,
      `ALTER TABLE ${table} DROP COLUMN noted`,
      `OPTIMIZE TABLE ${table}`,
    ]),
  )('%s', async (statement) => {
    // There are rows to which it is done.
    if (lastSeq === 0) await expectFlow()
    await root.query(statement)
    await expectFlow()
  })

  test.each([
    `ALTER TABLE store.journal PARTITION BY RANGE (epoch) (
       PARTITION old VALUES LESS THAN (2), PARTITION open VALUES LESS THAN MAXVALUE)`,
    'ALTER TABLE store.journal REORGANIZE PARTITION open INTO (PARTITION next VALUES LESS THAN (3), PARTITION open VALUES LESS THAN MAXVALUE)',
    'ALTER TABLE store.journal TRUNCATE PARTITION old',
    'ALTER TABLE store.journal DROP PARTITION old',
    'ALTER TABLE store.journal REMOVE PARTITIONING',
    `ALTER TABLE store.replays PARTITION BY RANGE COLUMNS (command_number, epoch) (
       PARTITION old VALUES LESS THAN (10, MAXVALUE), PARTITION open VALUES LESS THAN (MAXVALUE, MAXVALUE))`,
    'ALTER TABLE store.replays DROP PARTITION old',
  ])('%s', async (statement) => {
    await root.query(statement)
    await expectFlow()
  })
})

describe('while a connector takes a snapshot', () => {
  /** Another session reads the journal, until disposed. */
  async function readForLong() {
    const session = await root.getConnection()
    const reading = { hasEnded: false }
    // A row each ten minutes.
    const read = session.query('SELECT SLEEP(600) FROM journal').finally(() => {
      reading.hasEnded = true
    })
    read.catch(() => {})
    await expect.poll(longReads).toHaveLength(1)
    return {
      get hasEnded() {
        return reading.hasEnded
      },
      async [Symbol.asyncDispose]() {
        for (const { id } of await longReads()) await root.query('KILL ?', [id])
        session.destroy()
      },
    }
  }

  async function longReads(): Promise<RowDataPacket[]> {
    const [rows] = await root.query<RowDataPacket[]>(
      "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(600)%'",
    )
    return rows
  }

  /** Restarts the connector without offsets, doing `meanwhile` until it streams again. Returns what it wrote since. */
  async function snapshot(meanwhile: () => Promise<unknown>): Promise<Seen[]> {
    await connect.api.forgetOffsets(storeId)
    const [partition] = await admin.fetchTopicOffsets(topic)
    const written = () =>
      seen.filter(({ table, offset }) => table !== 'Command' && offset >= Number(partition?.high))
    await connect.api.resume(storeId)
    while (!written().some(({ op }) => op === 'c')) await meanwhile()
    const last = await sell()
    await expect.poll(() => written().some(({ seq, op }) => seq === last && op === 'c'), WITHIN).toBe(true)
    return written()
  }

  test('a sale is answered at once while a connector takes a snapshot, and during a backup', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'backup-'))
    const path = join(folder, 'backup.sql.gz')
    await using read = await readForLong()
    let slowestMs = 0
    const saleMeanwhile = async () => {
      const began = performance.now()
      await sell()
      slowestMs = Math.max(slowestMs, performance.now() - began)
    }
    await snapshot(saleMeanwhile)
    await Promise.all([
      backUpStore(database.service, { storeId, path, now: () => new Date() }),
      saleMeanwhile(),
    ])
    expect(read.hasEnded).toBe(false)
    expect(slowestMs).toBeLessThan(3_000)
    await rm(folder, { recursive: true })
  })

  test('a connector misses no entry between the position it notes and the rows of its snapshot', async () => {
    await root.query('DELETE FROM journal')
    const first = lastSeq + 1
    // MySQL's own default: a session's first look into the dictionary would be the moment as of which it reads rows.
    await root.query("SET GLOBAL transaction_isolation = 'REPEATABLE-READ'")
    try {
      for (let round = 0; round < 2; round += 1) {
        const written = await snapshot(sell)
        const found = new Set(written.filter(({ table }) => table === 'Entry').map(({ seq }) => seq))
        const missed = Array.from({ length: lastSeq - first + 1 }, (_, index) => first + index).filter(
          (seq) => !found.has(seq),
        )
        expect(missed).toEqual([])
      }
    } finally {
      await root.query("SET GLOBAL transaction_isolation = 'READ-COMMITTED'")
    }
  })
})
