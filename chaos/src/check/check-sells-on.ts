import type { Injection } from '../faults/timeline.ts'
import type { Attempt } from '../workload/request.ts'
import type { Violation } from './violation.ts'

/** A store needs only its service and its database to sell: faults elsewhere must not matter (I13). */
export function checkSellsOn(
  storeId: string,
  { attempts, injections }: { attempts: readonly Attempt[]; injections: readonly Injection[] },
): Violation[] {
  const own = injections.filter(({ component }) => component === storeId || component === `mysql-${storeId}`)
  const silent = attempts.filter(
    ({ result, sentAt, answeredAt }) =>
      result === 'unknown' &&
      !own.some(({ startedAt, endedAt }) => sentAt <= endedAt && answeredAt >= startedAt),
  )
  return silent.map(({ request, status, sentAt, answeredAt }) => {
    const detail = `${request.key} got ${status ?? 'no answer'} after ${answeredAt - sentAt} ms, while its own components were up`
    return { invariant: 'I13', harm: 'other', storeId, detail }
  })
}
