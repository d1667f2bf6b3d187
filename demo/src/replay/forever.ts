import type { Place } from '@shelfwire/platform'
import { readBaskets } from '../baskets/read-baskets.ts'
import { readCatalogue } from '../catalogue/catalogue.ts'
import { publishCatalogue } from './publish-catalogue.ts'
import { newRunId } from './replay.ts'
import { sell } from './sell.ts'
import { createTill } from './till.ts'

/** Baskets of one store per goods receipt: few, so that receipts are seen, too. */
const CHUNK = 60

/** Sells slowly until the process is ended, as something to look at; waits for components that are down. */
export async function sellForever(
  place: Place,
  { rate, seed }: { rate: number; seed: string },
): Promise<void> {
  const catalogue = await readCatalogue()
  await publishCatalogue(place.centralQueryUrl, catalogue)
  await sell({
    spread: {
      baskets: await readBaskets(),
      stores: place.stores.length,
      seed,
      count: Number.POSITIVE_INFINITY,
    },
    tills: place.stores.map((store) => createTill(store, { patienceMs: Number.POSITIVE_INFINITY })),
    catalogue: catalogue.map(({ sku }) => sku),
    runId: newRunId(),
    rate,
    chunk: CHUNK,
    closing: new AbortController().signal,
    onAnswer: () => {},
  })
}
