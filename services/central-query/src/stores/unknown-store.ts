import { problem, type Reply } from '@shelfwire/http'

/** 404 when stores were named that have not joined; undefined when there are none. */
export function unknownStores(storeIds: readonly string[]): Reply | undefined {
  if (storeIds.length === 0) return undefined
  return problem({
    status: 404,
    code: 'unknown_store',
    detail: `no such store: ${storeIds.join(', ')}; see /v1/stores`,
    errors: [{ field: 'store', message: `unknown: ${storeIds.join(', ')}` }],
  })
}
