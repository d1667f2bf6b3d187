import { createSocket } from 'node:dgram'

/** Where somebody hears of the feed: a host and a UDP port. */
export interface FeedListener {
  host: string
  port: number
}

/** Tells readers that the feed has something new. */
export interface FeedNotifier {
  notify(): void
  close(): void
}

/** All there is to say: the feed itself says what is new, and in which order. */
const NOTICE = Buffer.from('feed')

/**
 * Notices that the feed has moved, as PostgreSQL's NOTIFY would be, one datagram to each listener. They may be lost,
 * come twice or too early: a reader looks at the feed by itself, only later. So whether a listener is there, where its
 * name leads and whether it hears is nobody's trouble, and no transaction ever waits for it.
 */
export function createFeedNotifier(listeners: readonly FeedListener[]): FeedNotifier {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.unref()
  return {
    notify() {
      for (const { host, port } of listeners) socket.send(NOTICE, port, host, () => {})
    },
    close: () => void socket.close(),
  }
}

/** Hears notices on a UDP port until closed. Rejects when the port can't be had. */
export async function hearFeedNotices(
  { host, port }: FeedListener,
  onNotice: () => void,
): Promise<{ close(): void }> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, resolve)
  })
  socket.on('error', () => {})
  socket.on('message', onNotice)
  return { close: () => void socket.close() }
}
