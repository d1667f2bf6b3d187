import { Fault } from '@shelfwire/contracts'
import type { Product } from '../catalogue/catalogue.ts'

/** Tells central of every product at once; the same ones again change nothing. */
export async function publishCatalogue(centralQueryUrl: string, products: readonly Product[]): Promise<void> {
  const response = await fetch(`${centralQueryUrl}/v1/products`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ products }),
    signal: AbortSignal.timeout(30_000),
  }).catch((cause: unknown) => {
    const message = `central-query does not answer at ${centralQueryUrl}. Is it up? npm start -- --detach`
    throw new Fault('central_query_unreachable', message, { canRetry: true, cause })
  })
  if (!response.ok) throw refused(`${response.status} ${await response.text()}`)
  const { items } = (await response.json()) as { items: { outcome: string }[] }
  const refusals = items.filter(({ outcome }) => outcome === 'refused')
  if (refusals.length > 0) throw refused(JSON.stringify(refusals.slice(0, 3)))
}

function refused(why: string): Fault {
  return new Fault('catalogue_refused', `central-query refuses products of the catalogue: ${why}`, {
    canRetry: false,
  })
}
