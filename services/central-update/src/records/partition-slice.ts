import type { JournalRecord } from './record.ts'

/** Consecutive records of one partition: the unit in which the consumer hands them to be applied. */
export interface PartitionSlice {
  partition: number
  records: readonly JournalRecord[]
  /** The offset at which the partition goes on behind them. */
  nextOffset: number
  /** How many more records of the partition lay in Kafka when these were read. */
  behind: number
}
