/**
 * Takes a lock in one of the ways in which our services do, says `locked`, and goes on for ever: a test pauses this
 * process then.   hold-a-lock.ts ADDRESS ROW WAY, with ADDRESS as JSON
 */
import { Readable } from 'node:stream'
import type { Connection } from 'mysql2/promise'
import { connectLane, createPool, type DatabaseAddress } from '../index.ts'

const [address = '', row = '', way = ''] = process.argv.slice(2)
const database = JSON.parse(address) as DatabaseAddress

/** What the session is doing when the process is paused; each has told the server that it holds the row's lock. */
const ways: Record<string, () => Promise<unknown>> = {
  'on a session of a pool': async () => {
    await lock(await createPool(database, { connections: 1 }).getConnection())
    locked()
  },
  'on a session of a lane': async () => {
    await lock(await connectLane(database))
    locked()
  },
  'inside LOAD DATA LOCAL': async () => {
    const lane = await connectLane(database)
    await lock(lane)
    const infileStreamFactory = () => Readable.from(halfARow())
    const sql = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE counters (id, units)"
    await lane.query({ sql, infileStreamFactory, timeout: 600_000 })
  },
  'before it has read a large result': async () => {
    const lane = await connectLane(database)
    await lock(lane)
    const reading = lane.query("SELECT REPEAT('x', 1000000) FROM information_schema.columns")
    // Its promises hide that the driver can stop reading.
    const { connection } = lane as unknown as { connection: { pause(): void } }
    connection.pause()
    locked()
    await reading
  },
}

async function lock(connection: Connection): Promise<void> {
  await connection.query('START TRANSACTION')
  await connection.query('UPDATE counters SET units = units + 1 WHERE id = ?', [Number(row)])
}

async function* halfARow() {
  yield Buffer.from('1')
  // The server has asked for the file and waits for the rest.
  locked()
  await new Promise(() => {})
}

function locked(): void {
  console.log('locked')
}

setInterval(() => {}, 60_000)
await ways[way]?.()
