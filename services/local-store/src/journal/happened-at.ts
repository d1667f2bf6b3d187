/**
 * When an entry counts as having happened, in microseconds since 1970. What is recorded can't happen later, whatever
 * the till's clock says: by a till's clock that is ahead, a sale would lie after the count that didn't see its goods
 * any more, and be taken off twice.
 */
export function happenedAtUs({
  occurredAtUs,
  recordedAtUs,
}: {
  occurredAtUs: number
  recordedAtUs: number
}): number {
  return Math.min(occurredAtUs, recordedAtUs)
}
