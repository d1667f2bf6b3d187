import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Which way bytes go: from the client to the server, or back. */
export type Direction = 'forth' | 'back'

/** A TCP proxy in this process that injects the faults of networks. */
export interface FaultWire extends AsyncDisposable {
  /** Every connection is closed, and new ones are refused until healed. */
  cut(): void
  /** Every connection is reset once; new ones work. */
  reset(): void
  /** Bytes take so long, both ways, until healed. */
  delay(ms: number): void
  /** Bytes of one direction are withheld, without an error on either side; once healed they arrive, as TCP retransmits. */
  blackHole(direction: Direction): void
  heal(): void
}

interface Pump {
  direction: Direction
  from: Socket
}

/** Listens on `port` and carries every connection to `target`, both on 127.0.0.1. */
export async function openFaultWire({ port, target }: { port: number; target: number }): Promise<FaultWire> {
  const pumps = new Set<Pump>()
  let isCut = false
  let delayMs = 0
  let swallowed: Direction | null = null

  function carry(near: Socket): void {
    if (isCut) return void near.destroy()
    const far = connect(target, '127.0.0.1')
    pump({ direction: 'forth', from: near }, far)
    pump({ direction: 'back', from: far }, near)
  }

  function pump(one: Pump, to: Socket): void {
    const { from, direction } = one
    pumps.add(one)
    from.setNoDelay(true)
    let before: Promise<unknown> = Promise.resolve()
    from.on('data', (bytes) => {
      // One after the other: a delay that ends must not let later bytes overtake.
      if (delayMs > 0) before = before.then(() => wait(delayMs))
      before = before.then(() => to.write(bytes))
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      pumps.delete(one)
      before.then(() => to.destroy())
    })
    if (swallowed === direction) from.pause()
  }

  const server = createServer(carry)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    cut() {
      isCut = true
      for (const { from } of pumps) from.destroy()
    },
    reset() {
      for (const { from } of pumps) from.resetAndDestroy()
    },
    delay(ms) {
      delayMs = ms
    },
    blackHole(direction) {
      swallowed = direction
      for (const { from, direction: way } of pumps) if (way === direction) from.pause()
    },
    heal() {
      isCut = false
      delayMs = 0
      swallowed = null
      for (const { from } of pumps) from.resume()
    },
    async [Symbol.asyncDispose]() {
      for (const { from } of pumps) from.destroy()
      server.close()
    },
  }
}
