import { prototypeOf } from './kafkajs-source.ts'

interface Broker {
  connect(): Promise<void>
  disconnect(): Promise<void>
}

/**
 * kafkajs 2.2.4 takes a broker for connected as soon as its socket is. When the socket is open and the question for
 * the broker's API versions isn't answered, because the network swallows it or the broker stands still, every later
 * attempt finds "connected", asks for nothing, and fails with "Broker not connected" until somebody closes the socket.
 * So a broker that couldn't be connected is disconnected, and the next attempt begins anew.
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
