import { randomUUID } from 'node:crypto'
import type { Call } from '../harness/load.ts'
import { seededRandom } from '../harness/random.ts'

export const SKUS = 2_000
const SALES_SHARE = 0.8
const RESENT_SHARE = 0.05
/** A till resends a recent request, whose first attempt may still be running. */
const RECENT = 256

export interface MixedWrites {
  next: () => Call | undefined
  /** Requests with a key of their own. */
  readonly intended: number
  /** The sum of their changes of all levels. */
  readonly netUnits: number
  /** Answers that were not 201, or not the same as the first one's to the same key. */
  readonly wrong: string[]
}

interface Sent extends Call {
  firstAnswer?: string
}

export function skuName(index: number): string {
  return `sku-${String(index).padStart(4, '0')}`
}

/** `count` requests on 2,000 SKUs: sales of one unit and receipts of four, so that levels stay; some keys are resent. */
export function mixedWrites({ count, seed }: { count: number; seed: number }): MixedWrites {
  const random = seededRandom(seed)
  const run = randomUUID()
  const recent: Sent[] = []
  const wrong: string[] = []
  let sent = 0
  let intended = 0
  let netUnits = 0

  function newCall(): Sent {
    const sells = random() < SALES_SHARE
    const line = { sku: skuName(Math.floor(random() * SKUS)), quantity: sells ? 1 : 4 }
    netUnits += sells ? -1 : 4
    intended += 1
    const call: Sent = {
      method: 'POST',
      path: sells ? '/v1/sales' : '/v1/receipts',
      key: `${run}-${intended}`,
      body: JSON.stringify({ lines: [line] }),
      answered(status, body) {
        if (status !== 201) wrong.push(`a ${call.path} was answered ${status}: ${body.slice(0, 200)}`)
        call.firstAnswer ??= body
        if (call.firstAnswer !== body) wrong.push(`the key ${call.key} was answered in two ways`)
      },
    }
    recent[intended % RECENT] = call
    return call
  }

  return {
    next() {
      if (sent === count) return undefined
      sent += 1
      if (random() >= RESENT_SHARE || recent.length < 2) return newCall()
      return recent[Math.floor(random() * recent.length)] ?? newCall()
    },
    get intended() {
      return intended
    },
    get netUnits() {
      return netUnits
    },
    wrong,
  }
}
