import {
  type FeedChanges,
  type FeedEntry,
  type FeedPosition,
  indexMargins,
  type MarginRule,
  type MarginRules,
  PARTS,
  type Proof,
  type StockChange,
} from '@shelfwire/central'
import { isoOfUs } from '@shelfwire/contracts'
import { LRUCache } from 'lru-cache'
import { type LevelRow, levelRow } from './level-row.ts'

/** One SKU in one store. */
export interface CachedLevel {
  storeId: string
  onHand: number
  held: number
  pending: number
  /** ISO 8601, in the words of answers: made once, not for each of them. */
  updatedAt: string
  /** Set and checked only by {@link StockCache.rowOf}: it may be outdated. */
  row?: CachedRow | undefined
}

/** What a level becomes in answers, computed once for each change and not for each answer. */
export interface CachedRow {
  margin: number
  available: number
  /** The whole row as JSON up to its freshness, which is computed for each answer. */
  jsonToFreshness: string
  /** How often margin rules had changed when it was computed. */
  rulesChanged: number
}

/** One SKU in all stores. Unknown SKUs are cached, too, so that asking for them again costs nothing. */
export interface CachedSku {
  sku: string
  inCatalogue: boolean
  category: string | null
  /** In the order of store ids. */
  levels: CachedLevel[]
}

/** What the cache is loaded with: the parts that are small and that every answer needs. */
export interface CacheSnapshot {
  /** By part, the position of the last feed entry that it contains. */
  positions: FeedPosition[]
  stores: Map<string, Proof>
  margins: MarginRule[]
}

/**
 * What central knows, at one position of the feed: levels, margins, categories and proofs of freshness all have that
 * position. Code that reads without an `await` in between therefore reads a state that really was (I11), and never a
 * level with the proof of a later one (I12).
 */
export interface StockCache {
  /** Undefined until the first snapshot is loaded. */
  readonly positions: readonly FeedPosition[] | undefined
  /** What is proved about each store. */
  readonly stores: ReadonlyMap<string, Proof>
  /** SKUs in the cache. */
  readonly size: number
  /** Rows in the cache: one for each SKU and one for each of its levels. */
  readonly rows: number
  /** The SKU, or undefined when it must be loaded first. */
  find(sku: string): CachedSku | undefined
  /** The row of one of the SKU's levels, under the rules as they are now. */
  rowOf(sku: CachedSku, level: CachedLevel): CachedRow
  /** The rule behind the row's margin; undefined when it is the default. */
  ruleOf(sku: CachedSku, storeId: string): MarginRule | undefined
  /** Replaces everything by the snapshot; SKUs must be loaded again. */
  reset(snapshot: CacheSnapshot): void
  /** Applies the next entry of a part's feed; an entry at or below the part's position was applied before. */
  apply(part: number, entry: FeedEntry): void
  /**
   * Drops every proof beyond `latestUs`, the newest ping that can have been sent by now: it came from a clock that was
   * wrong, and must not count when that time comes. Null, when that isn't known, drops none.
   */
  dropFutureProofs(latestUs: number | null): void
  /** Adds SKUs that were read at exactly the positions of the cache. */
  add(skus: Iterable<CachedSku>): void
}

/**
 * An empty cache of at most `maxRows` rows (a SKU is one, each of its levels another) that evicts the least recently
 * used SKUs.
 */
export function createStockCache({ maxRows }: { maxRows: number }): StockCache {
  let rows = 0
  const skus = new LRUCache<string, CachedSku>({
    max: maxRows,
    dispose: (known) => {
      rows -= rowsOf(known)
    },
  })
  let positions: FeedPosition[] | undefined
  let stores = new Map<string, Proof>()
  let margins: MarginRules = indexMargins([])
  let rulesChanged = 0

  function applyChanges({ stock, freshness, products, margins: rules, stores: joined }: FeedChanges): void {
    for (const { storeId } of joined ?? []) {
      if (!stores.has(storeId)) stores.set(storeId, { asOfUs: 0, suspect: null, rebuilding: false })
    }
    for (const { storeId, ...proof } of freshness ?? []) stores.set(storeId, proof)
    for (const rule of rules ?? []) {
      margins.set(rule)
      rulesChanged += 1
    }
    for (const { sku, inCatalogue, category } of products ?? []) {
      const known = skus.peek(sku)
      if (known === undefined) continue
      Object.assign(known, { inCatalogue, category })
      // Another category may have another margin.
      for (const level of known.levels) level.row = undefined
    }
    for (const change of stock ?? []) {
      const known = skus.peek(change.sku)
      if (known !== undefined && setLevel(known.levels, change)) rows += 1
    }
    evict()
  }

  function evict(): void {
    while (rows > maxRows && skus.pop() !== undefined);
  }

  return {
    get positions() {
      return positions
    },
    get stores() {
      return stores
    },
    get size() {
      return skus.size
    },
    get rows() {
      return rows
    },
    find: (sku) => skus.get(sku),
    rowOf({ sku, category }, level) {
      if (level.row?.rulesChanged === rulesChanged) return level.row
      const row = levelRow(level, margins.unitsFor({ storeId: level.storeId, sku, category }))
      level.row = {
        margin: row.margin,
        available: row.available,
        jsonToFreshness: jsonToFreshness(row),
        rulesChanged,
      }
      return level.row
    },
    ruleOf: ({ sku, category }, storeId) => margins.ruleFor({ storeId, sku, category }),
    reset(snapshot) {
      if (snapshot.positions.length !== PARTS)
        throw new Error('a snapshot must have a position for each part')
      skus.clear()
      positions = [...snapshot.positions]
      stores = new Map(snapshot.stores)
      margins = indexMargins(snapshot.margins)
      rulesChanged += 1
    },
    apply(part, { number, token, changes }) {
      const at = positions?.[part]?.number
      if (positions === undefined || at === undefined) throw new Error('no snapshot has been loaded yet')
      if (number <= at) return
      if (number > at + 1) throw new Error(`feed entry ${at + 1} of part ${part} is missing before ${number}`)
      applyChanges(changes)
      positions[part] = { number, token }
    },
    dropFutureProofs(latestUs) {
      if (latestUs === null) return
      for (const [storeId, proof] of stores) {
        if (proof.asOfUs > latestUs) stores.set(storeId, { ...proof, asOfUs: 0 })
      }
    },
    add(loaded) {
      for (const known of loaded) {
        rows += rowsOf(known)
        skus.set(known.sku, known)
      }
      evict()
    },
  }
}

/** By `join`, which makes one string of it; added together, it would be kept as three. */
function jsonToFreshness(row: LevelRow): string {
  return [JSON.stringify(row).slice(0, -1), ',"freshness":'].join('')
}

function rowsOf({ levels }: CachedSku): number {
  return 1 + levels.length
}

/** True when the SKU had no level in that store. */
function setLevel(levels: CachedLevel[], change: StockChange): boolean {
  const { storeId, onHand, held, updatedAtUs } = change
  const place = levels.findIndex((other) => other.storeId >= storeId)
  const known = levels[place]?.storeId === storeId ? levels[place] : undefined
  const pending = change.pending ?? known?.pending ?? 0
  const level = { storeId, onHand, held, pending, updatedAt: isoOfUs(updatedAtUs) }
  if (place === -1) levels.push(level)
  else levels.splice(place, known === undefined ? 0 : 1, level)
  return known === undefined
}
