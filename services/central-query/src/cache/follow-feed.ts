import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import {
  type Connection,
  connectLane,
  type DatabaseAddress,
  databaseUnavailable,
  MAX_KEYS_PER_LIST,
  within,
} from '@shelfwire/mysql'
import { FEED_PAGE_ROWS, type Poll, pollForChanges, pollInSnapshot } from './poll-feed.ts'
import type { CachedSku, StockCache } from './stock-cache.ts'

/**
 * Pause between polls while changes arrive without wake-ups, and the pause that it grows to, by half each poll. Where
 * wake-ups arrive, each starts a poll, and the longer pause is what a lost one costs.
 */
const BUSY_PAUSE_MS = 5
const IDLE_PAUSE_MS = 25
const FAILED_PAUSE_MS = 250
/** A poll that takes longer is taken for a half-open connection, and a new session is opened. */
const POLL_DEADLINE_MS = 5_000
/** How often the feed's head is read although nothing is to be loaded: only the head shows that a database went back. */
const HEAD_CHECK_MS = 1_000
/** How long an answer may wait for its SKUs. */
const LOAD_DEADLINE_MS = 2_000
const MAX_SKUS_PER_POLL = MAX_KEYS_PER_LIST
/** Levels that one poll may load, if every store has every SKU: what is loaded is in memory twice for a moment. */
const MAX_LEVELS_PER_POLL = 50_000
/** A reader that is more feed rows behind reloads its cache: loading what is asked for takes less time. */
const MAX_CATCH_UP_ROWS = 5_000
const MAX_LOADS_WAITING = 2_000

/** The SKUs that one answer is made of; they are loaded in one poll. */
interface Load {
  skus: readonly string[]
  resolve: (loaded: Map<string, CachedSku>) => void
  reject: (error: unknown) => void
}

export interface Follower {
  /**
   * Reads these SKUs, and resolves in the same tick in which the cache reaches the position at which they were read.
   * Rejects with the Fault `database_unavailable` or `too_many_loads`, which can be retried.
   */
  load(skus: readonly string[]): Promise<Map<string, CachedSku>>
  /** Polls the feed now, or again as soon as the poll that is under way has ended. */
  wakeUp(): void
  /** Milliseconds since the feed was last read, on a monotonic clock. */
  readonly readAgeMs: number
  /** Polls that loaded SKUs. */
  readonly loads: number
  close(): Promise<void>
}

/**
 * Keeps `cache` up to date with the feed and loads what is asked for. Following and loading are one loop on one session,
 * and each poll reads from one snapshot: so a load never races with the feed, and requests that ask for SKUs during one
 * poll share the next. A reader that is far behind reads a page of the feed at a time, each with a deadline of its own,
 * and applies it at once: however slow the database, every page is progress. When the database is unavailable, the cache
 * stays as it is, and the age of its proofs grows.
 */
export async function followFeed({
  address,
  cache,
  log,
  idlePauseMs = IDLE_PAUSE_MS,
  pageRows = FEED_PAGE_ROWS,
}: {
  address: DatabaseAddress
  cache: StockCache
  log: Logger
  idlePauseMs?: number
  /** Feed rows that are read, and applied, at a time. */
  pageRows?: number
}): Promise<Follower> {
  let waiting: Load[] = []
  let session: Connection | undefined
  let closed = false
  let loads = 0
  /** Feed rows read since the cache last reached the end of the feed. */
  let behindRows = 0
  let lastReadAt = performance.now()
  let lastHeadCheckAt = Number.NEGATIVE_INFINITY
  let endPause = () => {}
  /** A wake-up has come since the last poll began: that poll may have been too early to see what it was sent for. */
  let isWokenUp = false

  async function poll(connection: Connection, skus: readonly string[]): Promise<Poll> {
    const positions = behindRows > MAX_CATCH_UP_ROWS ? undefined : cache.positions
    const checkHead = performance.now() - lastHeadCheckAt > HEAD_CHECK_MS
    if (positions !== undefined && skus.length === 0 && !checkHead)
      return pollForChanges(connection, { positions, pageRows })
    lastHeadCheckAt = performance.now()
    return pollInSnapshot(connection, { positions, skus, pageRows })
  }

  function apply({ snapshot, entries, skus, atHead, rows }: Poll): void {
    if (snapshot !== null) {
      if (cache.positions !== undefined) {
        const move = { from: cache.positions, to: snapshot.positions }
        log.warn(move, 'feed position lost; reloading the cache from a snapshot')
      }
      cache.reset(snapshot)
    }
    for (const { part, entry } of entries) cache.apply(part, entry)
    cache.add(skus)
    behindRows = atHead ? 0 : behindRows + rows
    lastReadAt = performance.now()
  }

  /** Polls and applies until the cache is at the end of the feed; true when anything changed. */
  async function catchUp(asked: readonly Load[]): Promise<boolean> {
    const skus = [...new Set(asked.flatMap((load) => load.skus))]
    let last: Poll
    let changed = false
    do {
      session ??= await openSession(address)
      // On a session of its own: a poll that is given up may still be reading when the next one begins.
      last = await withDeadline(poll(session, skus), POLL_DEADLINE_MS)
      apply(last)
      changed ||= last.entries.length > 0
    } while (!last.atHead && !closed)
    if (!last.atHead) throw databaseUnavailable()
    if (skus.length > 0) loads += 1
    const loaded = new Map(last.skus.map((known) => [known.sku, known]))
    for (const { resolve } of asked) resolve(loaded)
    return changed
  }

  function takeWaiting(): Load[] {
    const most = Math.min(MAX_SKUS_PER_POLL, MAX_LEVELS_PER_POLL / Math.max(1, cache.stores.size))
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
    // Ended early by a load or a wake-up.
    const rest = () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs)
        endPause = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    while (!closed) {
      const asked = takeWaiting()
      const byWakeUp = isWokenUp
      isWokenUp = false
      try {
        const changed = await catchUp(asked)
        if (byWakeUp) pauseMs = idlePauseMs
        else pauseMs = changed ? BUSY_PAUSE_MS : Math.min(pauseMs * 1.5, idlePauseMs)
        if (failing) log.info('feed read again; the cache is up to date')
        failing = false
      } catch (error) {
        // One line for each outage; shelfwire_feed_read_age_seconds shows how long it lasts.
        if (!failing)
          log.error({ err: error }, 'feed not read; answers come from the cache until a poll succeeds')
        failing = true
        session?.destroy()
        session = undefined
        for (const { reject } of asked) reject(databaseUnavailable(error))
        // Loads and wake-ups don't shorten this pause: a server that refuses would be polled at their rate.
        await pause(FAILED_PAUSE_MS)
        pauseMs = BUSY_PAUSE_MS
      }
      if (waiting.length === 0 && !isWokenUp && !closed) await rest()
    }
    session?.destroy()
    for (const { reject } of waiting) reject(databaseUnavailable())
  }

  // The first snapshot is loaded before anything is answered; if it can't be, the service doesn't start.
  await catchUp([])
  const running = run()
  return {
    async load(skus) {
      if (waiting.length >= MAX_LOADS_WAITING) {
        throw new Fault('too_many_loads', 'too many SKUs are being loaded', { canRetry: true })
      }
      const loaded = new Promise<Map<string, CachedSku>>((resolve, reject) => {
        waiting.push({ skus, resolve, reject })
      })
      // After one pass of the event loop, so that requests which arrived in the same read of the socket share a poll.
      setImmediate(() => endPause())
      return withDeadline(loaded, LOAD_DEADLINE_MS)
    },
    wakeUp() {
      isWokenUp = true
      endPause()
    },
    get readAgeMs() {
      return performance.now() - lastReadAt
    },
    get loads() {
      return loads
    },
    async close() {
      closed = true
      endPause()
      await running
    },
  }
}

async function openSession(address: DatabaseAddress): Promise<Connection> {
  const opening = connectLane(address)
  try {
    const connection = await withDeadline(opening, POLL_DEADLINE_MS)
    // Without a listener, a session that is lost between two polls would end the process; the next poll fails by itself.
    connection.on('error', () => {})
    return connection
  } catch (error) {
    // A session that is opened after the deadline is not used.
    opening.then(
      (late) => late.destroy(),
      () => {},
    )
    throw error
  }
}

function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  return within(work, deadlineMs, () => databaseUnavailable())
}
