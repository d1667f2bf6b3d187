import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy to a server that can be cut: connections are closed, and new ones refused, until it is repaired. */
export interface Wire extends AsyncDisposable {
  port: number
  /** Connections that were refused while the wire was cut. */
  readonly refused: number
  cut(): void
  mend(): void
  /** Makes every connection half-open: bytes no longer pass, and nothing is closed. */
  freeze(): void
  /** From now on each connection is lost after the server has sent so many bytes over it. */
  breakAfter(bytes: number): void
}

export async function openWire(target: { host: string; port: number }): Promise<Wire> {
  const sockets = new Set<Socket>()
  let whole = true
  let refused = 0
  let bytesUntilBreak = Number.POSITIVE_INFINITY
  const server = createServer((near) => {
    if (!whole) {
      refused += 1
      return void near.destroy()
    }
    const far = connect(target)
    far.on('data', () => {
      if (far.bytesRead > bytesUntilBreak) far.destroy()
    })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get refused() {
      return refused
    },
    cut() {
      whole = false
      destroyAll()
    },
    mend() {
      whole = true
    },
    breakAfter(bytes) {
      bytesUntilBreak = bytes
    },
    freeze() {
      for (const socket of sockets) socket.unpipe()
    },
    async [Symbol.asyncDispose]() {
      destroyAll()
      server.close()
    },
  }
}
