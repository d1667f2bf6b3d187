import type { Attempt } from '../workload/request.ts'
import type { Scene } from './scene.ts'

/** What the tills of a store have sent since `time` (ms since 1970), as far as it is answered or given up. */
export function attemptsSince({ tills }: Scene, storeId: string, time: number): Attempt[] {
  return tills.log.filter(({ request, sentAt }) => request.storeId === storeId && sentAt > time)
}
