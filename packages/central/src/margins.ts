/** The margin where no rule applies. */
export const DEFAULT_MARGIN = 3

/** A rule; a member that is null means "any". A rule names a SKU or a category, never both. */
export interface MarginRule {
  storeId: string | null
  category: string | null
  sku: string | null
  units: number
}

export interface MarginScope {
  storeId: string
  sku: string
  /** The product's category; null when the catalogue has none. */
  category: string | null
}

/** Rules by what they name, so that a lookup takes at most six reads of a map. */
export interface MarginRules {
  /** The most specific rule: store+SKU, SKU, store+category, category, store, chain; undefined when none applies. */
  ruleFor(scope: MarginScope): MarginRule | undefined
  /** The units of that rule, else the default. */
  unitsFor(scope: MarginScope): number
  /** Sets a rule, or with `units` null removes it. */
  set(rule: Omit<MarginRule, 'units'> & { units: number | null }): void
}

/** An index over `rules`. */
export function indexMargins(rules: Iterable<MarginRule>, defaultUnits = DEFAULT_MARGIN): MarginRules {
  const byName = new Map<string, MarginRule>()
  const index: MarginRules = {
    ruleFor({ storeId, sku, category }) {
      return (
        byName.get(keyOf(storeId, null, sku)) ??
        byName.get(keyOf(null, null, sku)) ??
        (category === null
          ? undefined
          : (byName.get(keyOf(storeId, category, null)) ?? byName.get(keyOf(null, category, null)))) ??
        byName.get(keyOf(storeId, null, null)) ??
        byName.get(keyOf(null, null, null))
      )
    },
    unitsFor: (scope) => index.ruleFor(scope)?.units ?? defaultUnits,
    set({ units, ...rule }) {
      const key = keyOf(rule.storeId, rule.category, rule.sku)
      if (units === null) byName.delete(key)
      else byName.set(key, { ...rule, units })
    },
  }
  for (const rule of rules) index.set(rule)
  return index
}

// Names contain no control characters, so keys joined by NUL are unambiguous.
function keyOf(storeId: string | null, category: string | null, sku: string | null): string {
  return `${storeId ?? ''}\0${category ?? ''}\0${sku ?? ''}`
}
