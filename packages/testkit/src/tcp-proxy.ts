import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What the proxy does when the client sends a text. */
export type Cut =
  | 'lose the question'
  | 'lose the answer'
  | 'lose the answer and stay away'
  | 'keep the answer back'

/** A TCP proxy between a client and its server that a test can cut at an exact text. */
export interface Proxy {
  port: number
  /** How often it was cut. */
  readonly cuts: number
  /** How many messages clients have sent; counts right while each fits into one TCP segment. */
  readonly messages: number
  /** Cuts once, when the client next sends a statement that ends so. */
  onClientText(text: string, cut: Cut): void
  /** From now on no byte passes either way, without an error: a half-open connection. New connections, too. */
  fallSilent(): void
  /** Takes connections again, and lets what was held back pass. */
  comeBack(): void
}

/** "There are more statements to answer" ("OK_Packet", MySQL's client/server protocol). */
const MORE_RESULTS = 0x08
const PACKET_HEADER = 4
/** Where a packet has its number, 0 for the first of a client's message. */
const SEQUENCE = 3
const LONG_INTEGERS: Readonly<Record<number, number>> = { 252: 3, 253: 4, 254: 9 }

/** Whether these packets, which answer statements that write, hold the answer to the last of them. */
function saysDone(packets: Buffer): boolean {
  for (let start = 0; start + PACKET_HEADER < packets.length; ) {
    const end = start + PACKET_HEADER + packets.readUIntLE(start, 3)
    if (end > packets.length) return false
    // Behind the packet's kind come rows affected and the last id, each as short as it can be, then the flags.
    let place = start + PACKET_HEADER + 1
    for (let skipped = 0; skipped < 2; skipped += 1) place += LONG_INTEGERS[packets[place] ?? 0] ?? 1
    if ((packets.readUInt16LE(place) & MORE_RESULTS) === 0) return true
    start = end
  }
  return false
}

export async function openProxy(server: { host: string; port: number }): Promise<Proxy> {
  let planned: { text: string; cut: Cut } | undefined
  let cuts = 0
  let messages = 0
  let away = false
  let silent = false
  const sockets = new Set<Socket>()

  function carry(client: Socket): void {
    if (away) return void client.destroy()
    const upstream = connect(server.port, server.host)
    const end = () => {
      for (const socket of [client, upstream]) {
        sockets.delete(socket)
        socket.destroy()
      }
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', end).on('close', end))
      if (silent) socket.pause()
    }
    let losing = false
    let holding = false
    let lost = Buffer.alloc(0)
    upstream.on('data', (bytes) => {
      if (!losing && !holding) return void client.write(bytes)
      lost = Buffer.concat([lost, bytes])
      // The server has answered every statement, so the work is done; the client does not learn it.
      if (losing && saysDone(lost)) end()
    })
    client.on('data', (bytes) => {
      if (bytes[SEQUENCE] === 0) messages += 1
      if (planned === undefined || !bytes.toString('latin1').endsWith(planned.text))
        return void upstream.write(bytes)
      const { cut } = planned
      planned = undefined
      cuts += 1
      away = cut === 'lose the answer and stay away'
      if (cut === 'lose the question') return end()
      holding = cut === 'keep the answer back'
      losing = !holding
      upstream.write(bytes)
    })
  }

  const listener = createServer(carry)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  listener.unref()
  return {
    port: (listener.address() as AddressInfo).port,
    get messages() {
      return messages
    },
    get cuts() {
      return cuts
    },
    onClientText(text, cut) {
      planned = { text, cut }
    },
    fallSilent() {
      silent = true
      for (const socket of sockets) socket.pause()
    },
    comeBack() {
      away = false
      silent = false
      for (const socket of sockets) socket.resume()
    },
  }
}
