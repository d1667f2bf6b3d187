import { prototypeOf } from './kafkajs-source.ts'

interface ConsumerGroup {
  /** When the last heartbeat was sent, by the wall clock, in ms. */
  lastRequest: number
  heartbeat(options: { interval: number }): Promise<void>
}

/**
 * kafkajs 2.2.4 sends a heartbeat when the wall clock shows `lastRequest + interval`. When that clock leaps ahead and
 * back, it sends none for as long as the leap was: the group drops the consumer, which goes on reading, and since only
 * heartbeats tell of a rebalance it never takes the partitions of a member that leaves. So a last heartbeat that
 * lies in the future doesn't count.
 */
export function patchHeartbeat(): void {
  const prototype = prototypeOf<ConsumerGroup>('./src/consumer/consumerGroup')
  const { heartbeat } = prototype
  prototype.heartbeat = function heartbeatByAnyClock(options) {
    if (this.lastRequest > Date.now()) this.lastRequest = 0
    return heartbeat.call(this, options)
  }
}
