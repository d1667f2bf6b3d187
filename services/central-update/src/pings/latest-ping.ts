import { type CentralClock, latestPingUs } from '@shelfwire/central'

/** The newest ping that can have been sent by now, in µs; 0, so that no ping counts, while the clock isn't measured. */
export function latestPingUsOn(clock: CentralClock): number {
  const { nowMs, boundMs } = clock.read()
  return latestPingUs({ nowMs, clockBoundMs: boundMs }) ?? 0
}
