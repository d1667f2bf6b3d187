import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import {
  type Connection,
  connectLane,
  type DatabaseAddress,
  databaseUnavailable,
  MAX_KEYS_PER_LIST,
} from '@shelfwire/mysql'
import { FEED_PAGE_ROWS, readChanges, readSnapshot, type Turn } from './poll-feed.ts'
import type { Memory, RememberedSku } from './stock-cache.ts'

/**
 * Pause between turns while changes come that nobody told of, and the one that it grows to, by half each turn. Where
 * notices come, a turn is taken for each, and the pause is what a lost one costs.
 */
const BUSY_PAUSE_MS = 5
const IDLE_PAUSE_MS = 25
const FAILED_PAUSE_MS = 250
/** A turn that takes longer has lost its server without being told; another session is opened. */
const TURN_DEADLINE_MS = 5_000
/** How often the feed's head is looked at though nobody asks: a database that was set back shows by it alone. */
const HEAD_CHECK_MS = 1_000
/** How long an answer may wait for its SKUs. */
const LOAD_DEADLINE_MS = 2_000
const MAX_SKUS_PER_TURN = MAX_KEYS_PER_LIST
/** Levels that one turn may load, if every store has every SKU: what is loaded is held twice for a moment. */
const MAX_LEVELS_PER_TURN = 50_000
/** A reader further behind than this many feed rows begins anew: loading what is asked for is sooner done. */
const MAX_CATCH_UP_ROWS = 5_000
const MAX_LOADS_WAITING = 2_000

/** The SKUs that one answer is made of; they are loaded in one turn. */
interface Waiting {
  skus: readonly string[]
  resolve: (loaded: Map<string, RememberedSku>) => void
  reject: (error: unknown) => void
}

export interface Follower {
  /**
   * Reads these SKUs, and resolves in the breath in which the memory stands where they were read. Rejects with a
   * Fault that can be retried when they can't be had.
   */
  load(skus: readonly string[]): Promise<Map<string, RememberedSku>>
  /** Somebody says that the feed has moved: it is looked at at once, or as soon as the turn under way is over. */
  notice(): void
  /** Milliseconds since the feed was last read, on a clock that only goes forward. */
  readonly silentMs: number
  /** Snapshots taken because something was asked for. */
  readonly loads: number
  close(): Promise<void>
}

/**
 * Keeps `memory` up with the feed and loads what is asked for. Following and loading are one loop on one session,
 * and each turn is read at one moment: so a load never races with the feed, and those who ask for SKUs while one
 * turn runs share the next. A turn that is far behind reads a page of the feed at a time, each with a deadline of its own,
 * and what was read is applied at once: however slow the database, every page is progress. When the database is gone
 * the memory stays as it is, and its age tells.
 */
export async function followFeed({
  address,
  memory,
  log,
  idlePauseMs = IDLE_PAUSE_MS,
  pageRows = FEED_PAGE_ROWS,
}: {
  address: DatabaseAddress
  memory: Memory
  log: Logger
  idlePauseMs?: number
  /** Feed rows that are read, and applied, at a time. */
  pageRows?: number
}): Promise<Follower> {
  let waiting: Waiting[] = []
  let session: Connection | undefined
  let closed = false
  let loads = 0
  /** Feed rows read since the memory last stood where the feed ended. */
  let behindRows = 0
  let lastReadAt = performance.now()
  let lastHeadCheckAt = Number.NEGATIVE_INFINITY
  let wake = () => {}
  /** Since the last turn began. What it was about may have been committed too late for that turn to see. */
  let noticed = false

  async function readTurn(connection: Connection, skus: readonly string[]): Promise<Turn> {
    const positions = behindRows > MAX_CATCH_UP_ROWS ? undefined : memory.positions
    const checkHead = performance.now() - lastHeadCheckAt > HEAD_CHECK_MS
    if (positions !== undefined && skus.length === 0 && !checkHead)
      return readChanges(connection, { positions, pageRows })
    lastHeadCheckAt = performance.now()
    return readSnapshot(connection, { positions, skus, pageRows })
  }

  function apply(turn: Turn): void {
    if (turn.ground !== null) {
      if (memory.positions !== undefined)
        log.warn({ from: memory.positions, to: turn.ground.positions }, 'feed begins anew')
      memory.restart(turn.ground)
    }
    for (const { part, entry } of turn.entries) memory.apply(part, entry)
    memory.remember(turn.skus)
    behindRows = turn.atHead ? 0 : behindRows + turn.rows
    lastReadAt = performance.now()
  }

  /** Reads and applies until the memory stands where the feed ends; true when anything changed. */
  async function takeTurn(asked: readonly Waiting[]): Promise<boolean> {
    const skus = [...new Set(asked.flatMap((load) => load.skus))]
    let turn: Turn
    let changed = false
    do {
      session ??= await openSession(address)
      // On a session of its own: a turn that is given up may still be reading when the next one has begun.
      turn = await withDeadline(readTurn(session, skus), TURN_DEADLINE_MS)
      apply(turn)
      changed ||= turn.entries.length > 0
    } while (!turn.atHead && !closed)
    if (!turn.atHead) throw databaseUnavailable()
    if (skus.length > 0) loads += 1
    const loaded = new Map(turn.skus.map((known) => [known.sku, known]))
    for (const { resolve } of asked) resolve(loaded)
    return changed
  }

  function takeWaiting(): Waiting[] {
    const most = Math.min(MAX_SKUS_PER_TURN, MAX_LEVELS_PER_TURN / Math.max(1, memory.stores.size))
    let skus = 0
    const count = waiting.findIndex((load) => {
      skus += load.skus.length
      return skus > most
    })
    const asked = waiting.slice(0, count === -1 ? waiting.length : Math.max(1, count))
    waiting = waiting.slice(asked.length)
    return asked
  }

  async function run(): Promise<void> {
    let pauseMs = BUSY_PAUSE_MS
    let failing = false
    // Until somebody asks, or for that long.
    const rest = () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    while (!closed) {
      const asked = takeWaiting()
      const told = noticed
      noticed = false
      try {
        const changed = await takeTurn(asked)
        if (told) pauseMs = idlePauseMs
        else pauseMs = changed ? BUSY_PAUSE_MS : Math.min(pauseMs * 1.5, idlePauseMs)
        if (failing) log.info('the feed is read again')
        failing = false
      } catch (error) {
        // Once for each outage; the metrics tell how long it lasts.
        if (!failing) log.error({ err: error }, 'the feed can not be read; trying again')
        failing = true
        session?.destroy()
        session = undefined
        for (const { reject } of asked) reject(databaseUnavailable(error))
        // Nobody shortens this pause: a server that refuses would be asked as often as we are.
        await pause(FAILED_PAUSE_MS)
        pauseMs = BUSY_PAUSE_MS
      }
      if (waiting.length === 0 && !noticed && !closed) await rest()
    }
    session?.destroy()
    for (const { reject } of waiting) reject(databaseUnavailable())
  }

  // The ground is laid before anyone asks; a database that can't be read now is told to whoever starts us.
  await takeTurn([])
  const running = run()
  return {
    async load(skus) {
      if (waiting.length >= MAX_LOADS_WAITING) {
        throw new Fault('too_many_loads', 'too many SKUs are being loaded', { canRetry: true })
      }
      const loaded = new Promise<Map<string, RememberedSku>>((resolve, reject) => {
        waiting.push({ skus, resolve, reject })
      })
      // One turn of the event loop: requests that arrived in the same read from the network share a snapshot.
      setImmediate(() => wake())
      return withDeadline(loaded, LOAD_DEADLINE_MS)
    },
    notice() {
      noticed = true
      wake()
    },
    get silentMs() {
      return performance.now() - lastReadAt
    },
    get loads() {
      return loads
    },
    async close() {
      closed = true
      wake()
      await running
    },
  }
}

async function openSession(address: DatabaseAddress): Promise<Connection> {
  const opening = connectLane(address)
  try {
    const connection = await withDeadline(opening, TURN_DEADLINE_MS)
    // A session that dies between two turns says so here; the next turn finds out by itself.
    connection.on('error', () => {})
    return connection
  } catch (error) {
    // One that opens after all is nobody's.
    opening.then(
      (late) => late.destroy(),
      () => {},
    )
    throw error
  }
}

async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(databaseUnavailable()), deadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
