import { createSocket } from 'node:dgram'

/** Where a reader of the feed listens for wake-ups: a host and a UDP port. */
export interface WakeUpAddress {
  host: string
  port: number
}

/** Wakes readers of the feed up. */
export interface WakeUpSender {
  send(): void
  close(): void
}

/** Any text would do: what is new, and in which order, is read from the feed. */
const WAKE_UP = Buffer.from('feed')

/**
 * Sends wake-ups when the feed has new entries, as PostgreSQL's NOTIFY would, one datagram to each reader. They may be
 * lost, duplicated or early: a reader also polls the feed by itself, only later. So an address that doesn't resolve or
 * where nothing listens is no error, and no transaction waits for a wake-up.
 */
export function createWakeUpSender(readers: readonly WakeUpAddress[]): WakeUpSender {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.unref()
  return {
    send() {
      for (const { host, port } of readers) socket.send(WAKE_UP, port, host, () => {})
    },
    close: () => void socket.close(),
  }
}

/** Calls `onWakeUp` for each wake-up that arrives at a UDP port, until closed. Rejects when the port can't be bound. */
export async function listenForWakeUps(
  { host, port }: WakeUpAddress,
  onWakeUp: () => void,
): Promise<{ close(): void }> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, resolve)
  })
  socket.on('error', () => {})
  socket.on('message', onWakeUp)
  return { close: () => void socket.close() }
}
