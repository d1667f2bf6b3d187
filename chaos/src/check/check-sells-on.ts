import type { Injection } from '../faults/timeline.ts'
import type { Attempt } from '../workload/request.ts'
import type { Violation } from './violation.ts'

/** What a store needs to sell: its service and its database. Whatever happens elsewhere must not matter (I13). */
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
    const detail = `${request.key} got ${status ?? 'no answer'} after ${answeredAt - sentAt} ms, its own components being well`
    return { invariant: 'I13', harm: 'other', storeId, detail }
  })
}
