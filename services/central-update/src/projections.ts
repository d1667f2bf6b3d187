import { dailySales } from './projections/daily-sales/daily-sales.ts'
import { ledger } from './projections/ledger/ledger.ts'
import { levels } from './projections/levels/levels.ts'
import type { Projection } from './projections/projection.ts'

/** Everything that central-update makes of the stores' journals, in the order in which it locks and writes. */
export const PROJECTIONS: readonly Projection[] = [levels, ledger, dailySales]
