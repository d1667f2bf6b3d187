import { problem, type Reply } from '@shelfwire/http'

/** 404 for stores that are not registered; undefined when there are none. */
export function unknownStores(storeIds: readonly string[]): Reply | undefined {
  if (storeIds.length === 0) return undefined
  return problem({
    status: 404,
    code: 'unknown_store',
    detail: `no such store: ${storeIds.join(', ')}; see /v1/stores`,
    errors: [{ field: 'store', message: `unknown: ${storeIds.join(', ')}` }],
  })
}
