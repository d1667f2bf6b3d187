import { type Random, zipf } from '../random.ts'
import type { Kind, Line, Request } from './request.ts'

const SKUS = 200
/** With this exponent the ten hottest of 200 SKUs are half of all lines. */
const EXPONENT = 1.05
const rankOf = zipf(SKUS, EXPONENT)

const KINDS: readonly Kind[] = [
  ...Array<Kind>(12).fill('sale'),
  ...Array<Kind>(2).fill('return'),
  ...Array<Kind>(4).fill('receipt'),
  'adjustment',
  'count',
]

/** The SKUs of one seed, hottest first. */
export function skusOf(seed: string): string[] {
  return Array.from({ length: SKUS }, (_, rank) => `chaos-${seed}-${String(rank).padStart(3, '0')}`)
}

/** What a request is drawn for. */
export interface Occasion {
  storeId: string
  key: string
  skus: readonly string[]
  nowMs: number
}

/** A request as a till might send it: mostly sales, mostly of hot SKUs, sometimes one SKU on two lines. */
export function drawRequest(random: Random, { storeId, key, skus, nowMs }: Occasion): Request {
  const kind = random.pick(KINDS)
  const ranks = new Set(Array.from({ length: random.between(1, 4) }, () => rankOf(random)))
  const lines = [...ranks].map(
    (rank): Line => ({ sku: skus[rank] ?? '', quantity: drawQuantity(random, kind) }),
  )
  const [first] = lines
  if (kind !== 'count' && first !== undefined && random.chance(0.1)) lines.push({ ...first })
  const request = { storeId, key, kind }
  switch (kind) {
    case 'count':
      return {
        ...request,
        body: { lines, observedAt: new Date(nowMs - random.between(0, 3_000)).toISOString() },
      }
    case 'adjustment':
      return { ...request, body: { lines, reason: 'broken' } }
    case 'sale':
      return { ...request, body: random.chance(0.1) ? { lines, policy: 'record' } : { lines } }
    default:
      return { ...request, body: { lines } }
  }
}

function drawQuantity(random: Random, kind: Kind): number {
  if (kind === 'receipt') return random.between(1, 7)
  if (kind === 'count') return random.between(0, 30)
  const units = random.between(1, 3)
  return kind === 'adjustment' && random.chance(0.5) ? -units : units
}

/** The same key with another body: a till's mistake. */
export function withOtherBody(request: Request): Request {
  const [first, ...others] = request.body.lines
  if (first === undefined) return request
  return {
    ...request,
    body: { ...request.body, lines: [{ ...first, quantity: first.quantity + 4 }, ...others] },
  }
}

/** A first delivery of every SKU, so little of the hot ones that they run out. */
export function openingDelivery(random: Random, { storeId, key, skus }: Omit<Occasion, 'nowMs'>): Request {
  const lines = skus.map((sku) => ({ sku, quantity: random.between(1, 20) }))
  return { storeId, key, kind: 'receipt', body: { lines } }
}
