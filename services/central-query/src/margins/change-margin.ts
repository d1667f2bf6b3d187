import { appendFeed, COMMON_PART, type MarginRule, partOf } from '@shelfwire/central'
import type { Transaction } from '@shelfwire/mysql'
import { selectStore } from '../stores/stores-sql.ts'
import { deleteMargin, lockMargin, type MarginName, saveMargin } from './margins-sql.ts'

export type MarginOutcome =
  | 'created'
  | 'changed'
  | 'unchanged'
  | 'removed'
  | 'unknown_store'
  | 'unknown_margin'

interface By {
  caller: string
  nowUs: number
}

/** Sets a rule, which reaches readers by the feed within milliseconds. Setting the same rule again writes nothing. */
export async function setMargin(trx: Transaction, rule: MarginRule, by: By): Promise<MarginOutcome> {
  if (rule.storeId !== null && (await selectStore(trx, rule.storeId)) === undefined) return 'unknown_store'
  const before = await lockMargin(trx, rule)
  if (before === rule.units) return 'unchanged'
  await saveMargin(trx, rule, by)
  tellReaders(trx, rule, by)
  return before === undefined ? 'created' : 'changed'
}

/** Removes a rule, so that the next most specific one applies. */
export async function removeMargin(trx: Transaction, name: MarginName, by: By): Promise<MarginOutcome> {
  if ((await lockMargin(trx, name)) === undefined) return 'unknown_margin'
  await deleteMargin(trx, name)
  tellReaders(trx, { ...name, units: null }, by)
  return 'removed'
}

function tellReaders(trx: Transaction, margin: MarginName & { units: number | null }, { nowUs }: By): void {
  const part = margin.storeId === null ? COMMON_PART : partOf(margin.storeId)
  appendFeed(trx, { part, changes: { margins: [margin] }, nowUs })
}
