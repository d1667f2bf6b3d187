import type { MarginRule } from '@shelfwire/central'
import { combine, known, type Query, type Reader, select, selectByKeys } from '@shelfwire/mysql'

interface RuleRow {
  store_id: string
  category: string
  sku: string
  units: number
}

const COLUMNS = 'store_id, category, sku, units'

const ruleOf = ({ store_id, category, sku, units }: RuleRow): MarginRule => ({
  storeId: store_id || null,
  category: category || null,
  sku: sku || null,
  units,
})

/** Every margin rule. */
export async function selectMarginRules(reader: Reader): Promise<MarginRule[]> {
  return (await reader.rows<RuleRow>(`SELECT ${COLUMNS} FROM margins`)).map(ruleOf)
}

/** The rules that can concern these products in one store. */
export function selectMarginRulesFor(
  storeId: string,
  products: readonly { sku: string; category: string | null }[],
): Query<MarginRule[]> {
  if (products.length === 0) return known([])
  const skus = products.map(({ sku }) => sku)
  const categories = ['', ...new Set(products.flatMap(({ category }) => category ?? []))]
  const rulesWhere = (where: string, list: readonly string[]) =>
    selectByKeys(list, (slice) =>
      select<RuleRow>(`SELECT ${COLUMNS} FROM margins WHERE store_id IN ('', ?) AND ${where}`, [
        storeId,
        slice,
      ]),
    )
  return combine(
    [rulesWhere('sku IN (?)', skus), rulesWhere("sku = '' AND category IN (?)", categories)],
    (rules) => rules.flat().map(ruleOf),
  )
}
