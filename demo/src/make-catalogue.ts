/** Writes `catalogue.json` from the baskets' item names: `node demo/src/make-catalogue.ts`. */
import { writeFile } from 'node:fs/promises'
import { readBaskets } from './baskets/read-baskets.ts'
import { CATALOGUE_FILE, makeCatalogue } from './catalogue/catalogue.ts'

const baskets = await readBaskets()
const products = makeCatalogue(baskets.flat())
await writeFile(CATALOGUE_FILE, `${JSON.stringify(products, null, 2)}\n`)
