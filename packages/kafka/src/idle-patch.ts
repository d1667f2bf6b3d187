import { prototypeOf } from './kafkajs-source.ts'

interface RequestQueue {
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  pending: unknown[]
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

const CHECK_PENDING_REQUESTS_INTERVAL_MS = 10

/**
 * kafkajs 2.2.4 sets a timeout of `throttledUntil − now`, which is negative on an unthrottled connection, so it fires
 * every millisecond: about 4.5 % of a core per idle client. This is its own function without the timer when no
 * request is pending.
 */
export function patchIdleLoop(): void {
  const prototype = prototypeOf<RequestQueue>('./src/network/requestQueue')
  prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
    const throttledForMs = this.throttledUntil - Date.now()
    if (this.throttleCheckTimeoutId || (this.pending.length === 0 && throttledForMs <= 0)) return
    const delayMs = throttledForMs > 0 ? throttledForMs : CHECK_PENDING_REQUESTS_INTERVAL_MS
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    }, delayMs)
  }
}
