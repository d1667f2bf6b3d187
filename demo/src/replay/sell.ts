import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { linesOf, needOf, type Spread, salesOf } from '../baskets/spread-baskets.ts'
import { restock } from './restock.ts'
import type { Answer, Till } from './till.ts'

/** Sales under way at once in one store. */
const TILLS_PER_STORE = 32

export interface Sale {
  storeId: string
  /** Which sale of the run, from 0. */
  number: number
  lines: readonly string[]
}

export interface Selling {
  spread: Spread
  /** One for each store. */
  tills: readonly Till[]
  catalogue: readonly string[]
  /** In every key, so that a second run sells again. */
  runId: string
  /** Baskets a second over all stores; Infinity for as fast as the stores answer. */
  rate: number
  /** Baskets of one store that one receipt is for. */
  chunk: number
  /** No new sale begins once it is aborted; those begun are finished. */
  closing: AbortSignal
  /** Called when the shelves are filled and the doors open. */
  onOpen?: () => void
  onAnswer: (sale: Sale, answer: Answer) => void
}

/** The key of a sale of a run. */
export function saleKey(runId: string, number: number): string {
  return `${runId}-sale-${number}`
}

/** Sells every basket of the spread, each store by itself: one that is down doesn't keep the others waiting. */
export async function sell(selling: Selling): Promise<void> {
  // Every till waits on it.
  setMaxListeners(0, selling.closing)
  const stores = selling.tills.map((till, index) =>
    chunksOf(salesOf(selling.spread, index), selling.chunk, till),
  )
  const firsts = await Promise.all(stores.map((chunks) => deliver(selling, chunks)))
  selling.onOpen?.()
  const openedAt = Date.now()
  await Promise.all(
    stores.map(async (chunks, index) => {
      let delivered = firsts[index] ?? null
      while (delivered !== null && !selling.closing.aborted) {
        await sellChunk(selling, { ...delivered, openedAt })
        delivered = await deliver(selling, chunks)
      }
    }),
  )
}

interface Chunk {
  till: Till
  numbers: number[]
}

function* chunksOf(sales: Iterable<number>, size: number, till: Till): Generator<Chunk> {
  let numbers: number[] = []
  for (const number of sales) {
    numbers.push(number)
    if (numbers.length < size) continue
    yield { till, numbers }
    numbers = []
  }
  if (numbers.length > 0) yield { till, numbers }
}

/** Takes a store's next chunk and brings in what it will sell; null when there is none. */
async function deliver(selling: Selling, chunks: Iterator<Chunk>): Promise<Chunk | null> {
  if (selling.closing.aborted) return null
  const next = chunks.next()
  if (next.done) return null
  const { till, numbers } = next.value
  const key = `${selling.runId}-receipt-${till.storeId}-${numbers[0]}`
  await restock(till, { need: needOf(selling.spread, numbers), catalogue: selling.catalogue, key })
  return next.value
}

async function sellChunk(
  selling: Selling,
  { till, numbers, openedAt }: Chunk & { openedAt: number },
): Promise<void> {
  const waiting = numbers.values()
  const serve = async () => {
    for (const number of waiting) {
      await untilDue(openedAt + (number / selling.rate) * 1_000, selling.closing)
      if (selling.closing.aborted) return
      const lines = linesOf(selling.spread, number)
      const answer = await till.post('/v1/sales', saleKey(selling.runId, number), {
        lines: lines.map((sku) => ({ sku, quantity: 1 })),
        reference: `basket ${number}`,
      })
      selling.onAnswer({ storeId: till.storeId, number, lines }, answer)
    }
  }
  await Promise.all(Array.from({ length: TILLS_PER_STORE }, serve))
}

async function untilDue(dueAt: number, closing: AbortSignal): Promise<void> {
  const waitMs = dueAt - Date.now()
  if (waitMs > 0) await pause(waitMs, undefined, { signal: closing }).catch(() => {})
}
