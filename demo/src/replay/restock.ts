import type { Till } from './till.ts'

/** A shelf with fewer units than this is filled up, so that there is something to be seen on every shelf. */
const LOW_UNITS = 12
const FILL_UNITS = 24

/** Receives what will be sold, and some more of what runs low. `need` is units by SKU; `key` makes it one receipt. */
export async function restock(
  till: Till,
  { need, catalogue, key }: { need: ReadonlyMap<string, number>; catalogue: readonly string[]; key: string },
): Promise<void> {
  const onHand = await readShelves(till)
  const lines = catalogue
    .map((sku) => {
      const isLow = (onHand.get(sku) ?? 0) < LOW_UNITS
      return { sku, quantity: (need.get(sku) ?? 0) + (isLow ? FILL_UNITS : 0) }
    })
    .filter(({ quantity }) => quantity > 0)
  if (lines.length === 0) return
  const { status, body } = await till.post('/v1/receipts', key, { lines, reference: 'demo delivery' })
  if (status >= 300) throw new Error(`${till.storeId} refuses a receipt: ${status} ${JSON.stringify(body)}`)
}

async function readShelves(till: Till): Promise<Map<string, number>> {
  const onHand = new Map<string, number>()
  let next: string | null = ''
  while (next !== null) {
    const { status, body } = await till.get(
      `/v1/stock?limit=1000${next && `&cursor=${encodeURIComponent(next)}`}`,
    )
    if (status !== 200)
      throw new Error(`${till.storeId} does not answer with its stock: ${status} ${JSON.stringify(body)}`)
    const page = body as { items: { sku: string; onHand: number }[]; next: string | null }
    for (const row of page.items) onHand.set(row.sku, row.onHand)
    next = page.next
  }
  return onHand
}
