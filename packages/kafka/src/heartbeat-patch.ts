import { prototypeOf } from './kafkajs-source.ts'

interface ConsumerGroup {
  /** When the last heartbeat was sent, by the wall clock, in ms. */
  lastRequest: number
  heartbeat(options: { interval: number }): Promise<void>
}

/**
 * kafkajs 2.2.4 sends a heartbeat when the wall clock shows `lastRequest + interval`. After that clock leapt ahead and
 * back, it sends none for as long as the leap was. The group then drops the consumer, which keeps reading; and since
 * rebalances are announced in answers to heartbeats, it never takes over the partitions of a member that leaves. So a
 * last heartbeat in the future is ignored.
 */
export function patchHeartbeat(): void {
  const prototype = prototypeOf<ConsumerGroup>('./src/consumer/consumerGroup')
  const { heartbeat } = prototype
  prototype.heartbeat = function heartbeatByAnyClock(options) {
    if (this.lastRequest > Date.now()) this.lastRequest = 0
    return heartbeat.call(this, options)
  }
}
