/** A clock that is further off than this would drop what is to be kept, or make partitions that are never over. */
const CLOCKS_WITHIN_MS = 86_400_000

/**
 * What is dropped is gone for good, so the machine's own clock, which shows `wallNow`, must agree with central's, which
 * shows `now`, to within a day. Throws when it doesn't.
 */
export function requireAgreeingClocks(now: Date, wallNow: Date): void {
  if (Math.abs(now.getTime() - wallNow.getTime()) > CLOCKS_WITHIN_MS)
    throw new Error(`central's clock shows ${now.toISOString()}, this machine's ${wallNow.toISOString()}`)
}
