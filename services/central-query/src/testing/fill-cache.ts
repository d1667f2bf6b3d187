import { rowsThatFit } from '../cache/cache-limit.ts'
import { createStockCache } from '../cache/stock-cache.ts'

/** A program: fills a cache several times over with rows of the longest names, each answered once, and says how many fit. */
const STORES = 20
const TIMES = 3

const maxRows = rowsThatFit()
const cache = createStockCache({ maxRows })
cache.reset({ positions: [{ number: 0, token: 0 }], stores: new Map(), margins: [] })
for (let index = 0; index * (STORES + 1) < TIMES * maxRows; index += 1) {
  // Beyond Latin-1, for which V8 takes two bytes a character.
  const sku = `я${index}`.padEnd(64, 'я')
  const levels = Array.from({ length: STORES }, (_, store) => ({
    ...{ storeId: `store-${store}`.padEnd(32, 'x'), onHand: index, held: 0, pending: 0 },
    updatedAt: `2026-05-01T12:00:00.${String(index).padStart(6, '0')}Z`,
  }))
  cache.add([{ sku, inCatalogue: false, category: null, levels }])
  const known = cache.find(sku)
  if (known !== undefined) for (const level of known.levels) cache.rowOf(known, level)
}
console.log(JSON.stringify({ maxRows, rows: cache.rows }))
