import { randomUUID } from 'node:crypto'
import { type Command, checksumOf, type Entry, type EntryRow, entryOfRow } from '@shelfwire/contracts'
import {
  connectLane,
  createPool,
  type DatabaseAddress,
  type Pool,
  type RowDataPacket,
} from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { type CommandOutcome, commandOperation } from '../commands/command-operation.ts'
import { taskOf } from '../commands/decide-command.ts'
import { forgetEpochs } from '../commands/forget-epochs.ts'
import { resync } from '../commands/resync/resync.ts'
import { openEpoch } from '../epochs/open-epoch.ts'
import { type OpeningAnswer, type OpeningOrder, openingOperation } from '../epochs/opening-operation.ts'
import { type BeatRequest, beatOperation } from '../heartbeats/beat-operation.ts'
import { claimHead, readHead } from '../journal/head-sql.ts'
import { createStoreLane, type StoreLane, type StoreLaneOptions } from '../lane/store-lane.ts'
import { createSteadyClock } from '../requests/steady-clock.ts'
import type { Level } from '../stock/level.ts'
import type { SkuCaseConflicts } from '../writes/name-lines.ts'
import { parseWrite } from '../writes/parse-write.ts'
import { createTillWrites } from '../writes/till-writes.ts'
import type { Write, WriteKind } from '../writes/write.ts'
import type { WriteBody } from '../writes/write-body.ts'
import { createWriteOperation } from '../writes/write-operation.ts'
import { type Answer, answerOf } from '../writes/write-reply.ts'

export const STORE_ID = 'store-1'

/** A store's database and a lane on it, as its service has them. */
export interface OpenStore extends AsyncDisposable {
  pool: Pool
  service: DatabaseAddress
  /** Of the user who makes and drops partitions. */
  maintenance: Pool
  root: DatabaseAddress
  lane: TestLane
  /** A further lane, as of a second process. */
  openLane(options?: Partial<TestLaneOptions>): TestLane
}

export interface TestLaneOptions extends StoreLaneOptions {
  skuCaseConflicts: SkuCaseConflicts
}

/** A lane with what the service submits to it; a write is answered as its route does. */
export interface TestLane extends StoreLane {
  write(write: Write): Promise<Answer>
  writeInOrder(writes: readonly Write[]): Promise<PromiseSettledResult<Answer>[]>
  beat(takePing: BeatRequest['takePing']): Promise<void>
  command(request: { command: Command; resumeAt?: number | undefined }): Promise<CommandOutcome>
  open(order: OpeningOrder): Promise<OpeningAnswer>
}

/** The kinds of command that the store can do. */
export const COMMANDS = [resync, forgetEpochs]

function openTestLane({ skuCaseConflicts, ...options }: TestLaneOptions): TestLane {
  const lane = createStoreLane(options)
  const tills = createTillWrites({ ...options, lane, operation: createWriteOperation({ skuCaseConflicts }) })
  return {
    submit: lane.submit,
    submitInOrder: lane.submitInOrder,
    get waiting() {
      return lane.waiting
    },
    get trouble() {
      return lane.trouble
    },
    write: async (write) => answerOf(await tills.write(write)),
    writeInOrder: async (writes) =>
      (await tills.writeInOrder(writes)).map((result) =>
        result.status === 'fulfilled' ? { ...result, value: answerOf(result.value) } : result,
      ),
    beat: async (takePing) => void (await lane.submit(beatOperation, { takePing })),
    command: ({ command, resumeAt }) =>
      lane.submit(commandOperation, { command, task: taskOf(command, COMMANDS), resumeAt }),
    open: (order) => lane.submit(openingOperation, order),
    async close() {
      await Promise.all([lane.close(), tills.close()])
    },
  }
}

/** An empty store on a fresh database. */
export async function openStore(now: () => Date = () => new Date()): Promise<OpenStore> {
  const { service, maintenance: keeper, root } = await freshDatabase('local-store')
  const maintenance = createPool(keeper, { connections: 1 })
  const pool = createPool(service, { connections: 4 })
  await claimHead(pool, STORE_ID)
  const lanes: TestLane[] = []
  const openLane = (options: Partial<TestLaneOptions> = {}) => {
    // A machine on which time passes as its clock says.
    const steady = createSteadyClock({ now, monotonicMs: () => now().getTime() })
    const required = { address: service, storeId: STORE_ID, now, steady, skuCaseConflicts: 'refuse' } as const
    const lane = openTestLane({ ...required, ...options })
    lanes.push(lane)
    return lane
  }
  return {
    pool,
    service,
    maintenance,
    root,
    lane: openLane(),
    openLane,
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map((lane) => lane.close()))
      await Promise.all([pool.end(), maintenance.end()])
    },
  }
}

/** Opens the store's next epoch, as the command for it does. */
export async function openNextEpoch({ service }: OpenStore): Promise<void> {
  const connection = await connectLane(service)
  try {
    const options = { storeId: STORE_ID, now: () => new Date(), reason: 'a test', aboveEpoch: 0 }
    await openEpoch(connection, options)
  } finally {
    connection.destroy()
  }
}

/** A write as a till's request becomes one, with a key of its own unless told. */
export function aWrite(
  kind: WriteKind,
  units: Record<string, number>,
  more: Partial<WriteBody> & { key?: string } = {},
): Write {
  const { key = randomUUID(), ...body } = more
  const lines = Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }))
  const write = parseWrite(kind, { lines, ...body }, { caller: 'till', requestId: key })
  if (Array.isArray(write)) throw new Error(`no such write: ${JSON.stringify(write)}`)
  return write
}

export async function rowsOf<Row>(pool: Pool, sql: string): Promise<Row[]> {
  const [rows] = await pool.query<RowDataPacket[]>(sql)
  return rows as Row[]
}

/** The units of each SKU, as the stock says. */
export async function onHandOf(pool: Pool): Promise<Record<string, number>> {
  const rows = await rowsOf<{ sku: string; on_hand: number }>(
    pool,
    'SELECT sku, on_hand FROM stock ORDER BY sku',
  )
  return Object.fromEntries(rows.map(({ sku, on_hand }) => [sku, on_hand]))
}

export async function journalOf(pool: Pool) {
  return (await rowsOf<EntryRow>(pool, 'SELECT * FROM journal ORDER BY epoch, seq')).map(entryOfRow)
}

/**
 * What must hold of a store whatever was done to it: I1, I2, I4 and I5 in each epoch, and a checksum that is that of its
 * levels. Returns what doesn't, one sentence each.
 */
export async function brokenInvariants(pool: Pool): Promise<string[]> {
  const broken: string[] = []
  const head = await readHead(pool, STORE_ID)
  const epochs = Map.groupBy(await journalOf(pool), ({ epoch }) => epoch)
  /** By SKU: the level after its last entry, in whatever epoch. */
  const levels = new Map<string, Level>()
  for (const [epoch, entries] of epochs) {
    const sums = sumUp(entries, broken)
    for (const [sku, sum] of sums) levels.set(sku, sum)
    // Epoch 1 begins with nothing; another one may be left unopened for a higher one.
    const isOpen = epoch > 1 && entries.some(({ kind }) => kind === 'opened')
    const unnamed = [...levels.keys()].filter((sku) => !sums.has(sku))
    if (isOpen && unnamed.length > 0) broken.push(`I1: epoch ${epoch} does not name ${unnamed}`)
  }
  const onHand = await onHandOf(pool)
  for (const [sku, sum] of levels) {
    if (onHand[sku] !== sum.onHand)
      broken.push(`I1: ${sku} is ${onHand[sku]}, the journal says ${sum.onHand}`)
  }
  if (Object.keys(onHand).length !== levels.size) broken.push('I1: stock and journal know different SKUs')
  if (head.nextSeq !== (epochs.get(head.epoch)?.length ?? 0) + 1)
    broken.push(`I2: the next number is ${head.nextSeq}`)
  if (head.checksum !== checksumOf([...levels].map(([sku, sum]) => ({ sku, ...sum }))))
    broken.push('I3: the checksum is not that of the levels')
  return broken
}

/** The levels at the end of one epoch, each summed up from its deltas. */
function sumUp(entries: readonly Entry[], broken: string[]): Map<string, Level> {
  const sums = new Map<string, Level>()
  for (const [index, entry] of entries.entries()) {
    const { epoch, seq, sku } = entry
    if (seq !== index + 1) broken.push(`I2: entry ${index + 1} of epoch ${epoch} has the number ${seq}`)
    if (sku === null) continue
    const { onHand, held } = sums.get(sku) ?? { onHand: 0, held: 0 }
    const sum = { onHand: onHand + entry.onHandDelta, held: held + entry.heldDelta }
    sums.set(sku, sum)
    if (sum.onHand !== entry.onHand)
      broken.push(`I1: entry ${epoch}.${seq} says ${entry.onHand}, the sum is ${sum.onHand}`)
    if (sum.onHand < 0) broken.push(`I5: ${sku} is ${sum.onHand} after entry ${epoch}.${seq}`)
    if (sum.held < 0 || sum.held > sum.onHand) broken.push(`I4: ${sku} has ${sum.held} held of ${sum.onHand}`)
  }
  return sums
}
