/** The SKU of an item: its name as a slug that never changes, such as `GRO-whole-milk`. */
export function skuOf(itemName: string): string {
  const slug = itemName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return `GRO-${slug}`
}
