import { Counter } from '@shelfwire/http'
import type { CapabilityMaker } from '../capability.ts'
import { batchRoute } from './batch-routes.ts'
import type { SkuCaseConflicts } from './name-lines.ts'
import { createTimesReport } from './report-times.ts'
import { createTillWrites } from './till-writes.ts'
import { createWriteOperation } from './write-operation.ts'
import { writeRoutes } from './write-routes.ts'

export interface WritesOptions {
  skuCaseConflicts: SkuCaseConflicts
  answerWithinMs?: number | undefined
}

/** Sales, returns, receipts, adjustments and counts, by one and in batches. */
export function tillWrites({ skuCaseConflicts, answerWithinMs }: WritesOptions): CapabilityMaker {
  return ({ lane, database: address, storeId, now, steady, log, metrics }) => {
    const registers = [metrics]
    const replacedTimes = new Counter({
      name: 'shelfwire_till_times_replaced_total',
      help: "Writes whose occurredAt was impossible by the store's clock and was replaced by the time of recording",
      registers,
    })
    const failedRows = new Counter({
      name: 'shelfwire_batch_requests_failed_total',
      help: 'Requests of uploaded batches that were answered 429, 500 or 503, by code',
      labelNames: ['code'],
      registers,
    })
    const reportTime = createTimesReport(log)
    const tills = createTillWrites({
      ...{ lane, address, storeId, now, steady, answerWithinMs },
      operation: createWriteOperation({ skuCaseConflicts }),
      onTimeReplaced(write) {
        replacedTimes.inc()
        reportTime(write)
      },
    })
    const onFailed = (code: string, requests: number) => failedRows.inc({ code }, requests)
    return {
      routes: [...writeRoutes({ tills }), batchRoute({ tills, log, onFailed })],
      close: tills.close,
    }
  }
}
