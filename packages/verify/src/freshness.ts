import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '@shelfwire/contracts'
import { comparePositions, type Position } from './position.ts'

/** A store's freshness as central-query reports it. */
export interface StoreFreshness {
  storeId: string
  state: 'fresh' | 'stale' | 'offline'
  /** ISO 8601; null before the first beat. */
  asOf: string | null
  ageMs: number | null
  /** How far its journal is applied, and how many entries before that are missing; null before the store's first record. */
  cursor: Position | null
  missing: number | null
  /** Why it isn't fresh, for people; null when it is, or the reason is unknown. */
  why: string | null
}

const LOOK_AGAIN_MS = 100

/** Every store's freshness; throws when central-query doesn't answer. */
export async function readFreshness(centralQueryUrl: string): Promise<StoreFreshness[]> {
  const response = await fetch(`${centralQueryUrl}/v1/freshness`, { signal: AbortSignal.timeout(2_000) })
  if (!response.ok) throw new Error(`central-query answers ${response.status}`)
  const { stores } = (await response.json()) as { stores: StoreFreshness[] }
  return stores
}

/** How far central must have come with a store. */
export interface Goal {
  storeId: string
  /** Everything up to here applied. */
  applied: Position
  /** And a beat that answers a ping sent after this (ms since 1970). */
  asOfAfter: number
}

/**
 * Whether a store's freshness proves that the goal is reached: its beat answers a later ping than `asOfAfter` and is
 * covered without gaps, so that everything the store had committed by then is in central.
 */
export function isCaughtUp({ applied, asOfAfter }: Goal, freshness: StoreFreshness | undefined): boolean {
  if (freshness?.state !== 'fresh' || freshness.asOf === null || freshness.cursor === null) return false
  const reached = comparePositions(freshness.cursor, applied) >= 0 && freshness.missing === 0
  return reached && Date.parse(freshness.asOf) > asOfAfter
}

/** Waits until central's own answers prove every goal reached; throws the Fault `central_behind` after `withinMs`. */
export async function untilCaughtUp(
  centralQueryUrl: string,
  goals: readonly Goal[],
  { withinMs }: { withinMs: number },
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const stores = await readFreshness(centralQueryUrl).catch(() => [])
    const behind = goals.filter((goal) => {
      const freshness = stores.find(({ storeId }) => storeId === goal.storeId)
      return !isCaughtUp(goal, freshness)
    })
    if (behind.length === 0) return
    if (Date.now() > deadline) {
      const names = behind.map(({ storeId }) => storeId).join(', ')
      const message = `central has not caught up with ${names} in ${withinMs / 1_000} s: ${JSON.stringify(stores)}`
      throw new Fault('central_behind', message, { canRetry: true })
    }
    await pause(LOOK_AGAIN_MS)
  }
}
