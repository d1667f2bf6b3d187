import { setTimeout as pause } from 'node:timers/promises'
import { type Random, randomFrom } from '../random.ts'
import { drawRequest, openingDelivery, skusOf, withOtherBody } from './draw-request.ts'
import { post } from './post.ts'
import type { Attempt, Request } from './request.ts'

const TILLS_PER_STORE = 4
/** Of these newest requests one may be sent again. */
const RECENT_REQUESTS = 40
/** Before a till without an answer tries again. */
const PATIENCE_MS = 400
const OPEN_WITHIN_MS = 60_000

export interface Shop {
  storeId: string
  url: string
}

export interface TillsOptions {
  seed: string
  /** In front of every key, so that a run never meets the keys of another. */
  runId: string
  shops: readonly Shop[]
  /** No new call begins once it is aborted. */
  closing: AbortSignal
  /** Every attempt, in the order of the answers. */
  log: Attempt[]
  /** Stores whose tills rest. */
  resting?: ReadonlySet<string>
  /** Further ways into stores, each to a service of its own; their tills use all of them in turn. */
  sideDoors?: ReadonlyMap<string, string>
}

/** Fills the shelves; throws when a store doesn't take its delivery. */
export async function openShops({ seed, runId, shops, log }: TillsOptions): Promise<void> {
  const fill = async ({ storeId, url }: Shop) => {
    const random = randomFrom(`${seed}/${storeId}/opening`)
    const delivery = openingDelivery(random, {
      storeId,
      key: `${runId}-${storeId}-opening`,
      skus: skusOf(seed),
    })
    const deadline = Date.now() + OPEN_WITHIN_MS
    for (;;) {
      const attempts = await post(url, [delivery])
      log.push(...attempts)
      if (attempts[0]?.result === 'ok') return
      if (Date.now() > deadline)
        throw new Error(`${storeId} takes no delivery: ${JSON.stringify(attempts[0])}`)
      await pause(200)
    }
  }
  await Promise.all(shops.map(fill))
}

/** Lets every till of every store work until closing. What is drawn depends on the seed alone, not on the answers. */
export async function runTills(options: TillsOptions): Promise<void> {
  const tills = options.shops.flatMap((shop) =>
    Array.from({ length: TILLS_PER_STORE }, (_, number) => runTill(shop, number + 1, options)),
  )
  await Promise.all(tills)
}

async function runTill({ storeId, url }: Shop, till: number, options: TillsOptions): Promise<void> {
  const { seed, runId, closing, log } = options
  const random = randomFrom(`${seed}/${storeId}/${till}`)
  // A stream of its own: what a lost answer leads to must not change what is drawn afterwards.
  const nerves = randomFrom(`${seed}/${storeId}/${till}/nerves`)
  const skus = skusOf(seed)
  const recent: Request[] = []
  let calls = 0
  const send = (requests: readonly Request[]) => {
    calls += 1
    const sideDoor = options.sideDoors?.get(storeId)
    return post(sideDoor !== undefined && calls % 2 === 0 ? sideDoor : url, requests)
  }
  for (let number = 1; !closing.aborted; ) {
    if (options.resting?.has(storeId)) {
      await pause(50)
      continue
    }
    const fresh = () => {
      const key = `${runId}-${storeId}-${till}-${number++}`
      return drawRequest(random, { storeId, key, skus, nowMs: Date.now() })
    }
    const requests = drawCall(random, fresh, recent)
    recent.push(...requests)
    recent.splice(0, recent.length - RECENT_REQUESTS)
    const attempts = await send(requests)
    log.push(...attempts)
    const unknown = attempts.filter(({ result }) => result === 'unknown').map(({ request }) => request)
    // People press the button again, mostly.
    if (unknown.length > 0) await pause(PATIENCE_MS)
    if (unknown.length > 0 && nerves.chance(0.7)) log.push(...(await send(unknown)))
    await pause(random.between(50, 150))
  }
}

/** 5 % of what a till sends it has sent before, 1 % under a key that it has used for something else; 8 % are uploads. */
function drawCall(random: Random, fresh: () => Request, recent: readonly Request[]): Request[] {
  if (random.chance(0.08))
    return Array.from({ length: random.between(2, 8) }, () => drawOne(random, fresh, recent))
  return [drawOne(random, fresh, recent)]
}

function drawOne(random: Random, fresh: () => Request, recent: readonly Request[]): Request {
  if (recent.length > 0 && random.chance(0.05)) return random.pick(recent)
  if (recent.length > 0 && random.chance(0.01)) return withOtherBody(random.pick(recent))
  return fresh()
}

/** Once all is healed, most of those who never got an answer ask once more. */
export async function askAgain({ seed, shops, log }: TillsOptions): Promise<void> {
  const nerves = randomFrom(`${seed}/ask-again`)
  const known = new Set(log.filter(({ result }) => result !== 'unknown').map(({ request }) => request))
  const open = new Set(log.map(({ request }) => request).filter((request) => !known.has(request)))
  for (const request of open) {
    const shop = shops.find(({ storeId }) => storeId === request.storeId)
    if (shop !== undefined && nerves.chance(0.8)) log.push(...(await post(shop.url, [request])))
  }
}
