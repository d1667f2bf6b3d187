import { prototypeOf } from './kafkajs-source.ts'

interface Broker {
  connect(): Promise<void>
  disconnect(): Promise<void>
}

/**
 * kafkajs 2.2.4 regards a broker as connected once its socket is. When the request for the broker's API versions then
 * gets no answer (a half-open connection, a paused broker), every later attempt finds "connected", skips that request
 * and fails with "Broker not connected" until the socket closes. So after a failed connect the broker is disconnected,
 * and the next attempt opens a new socket.
 */
export function patchHalfOpenBroker(): void {
  const prototype = prototypeOf<Broker>('./src/broker')
  const { connect } = prototype
  prototype.connect = async function connectOrLeave() {
    try {
      await connect.call(this)
    } catch (error) {
      await this.disconnect().catch(() => {})
      throw error
    }
  }
}
