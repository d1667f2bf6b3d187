import { portsFrom, storeId, type Wiring } from '@shelfwire/platform'
import { STORES } from '../components.ts'
import { type Direction, type FaultWire, openFaultWire } from './fault-wire.ts'

/**
 * The links between components that can fail. A store has one uplink: from its service to Kafka and the registry, and
 * from Connect to its database.
 */
export const LINKS: readonly string[] = [
  ...Array.from({ length: STORES }, (_, index) => linkOf(storeId(index + 1))),
  'central-update to Kafka',
  'central-update to the registry',
  "central-update to central's database",
  "central-query to central's database",
]

/** One link, which may be several proxied connections. */
export interface Link {
  cut(): void
  reset(): void
  delay(ms: number): void
  /** Nothing leaves the component that the link is named after, or nothing reaches it. */
  blackHole(side: 'outward' | 'inward'): void
  heal(): void
}

/** All links of a platform, and the addresses by which its components use them. */
export interface Links extends Pick<Wiring, 'portFor' | 'kafkaDoors'>, AsyncDisposable {
  /** By the names of {@link LINKS}. */
  byName: ReadonlyMap<string, Link>
}

/** Opens them all; they use the ports from 20 to 59 above the base. */
export async function openLinks(portBase: number): Promise<Links> {
  const ports = portsFrom(portBase)
  const wires: FaultWire[] = []
  const detours = new Map<string, number>()
  const kafkaDoors: Wiring['kafkaDoors'] = []
  const byName = new Map<string, Link>()
  const nameOf = (from: string, port: number) => `${from} to ${port}`

  /** The way of `from` to what listens at `target`, through `port`. */
  async function openWay(from: string, target: number, port: number, behind = target): Promise<FaultWire> {
    const wire = await openFaultWire({ port, target: behind })
    wires.push(wire)
    detours.set(nameOf(from, target), port)
    return wire
  }

  /** Kafka redirects each client to the advertised address of the listener it used, so each proxied client needs a listener. */
  function openWayToKafka(from: string, number: number): Promise<FaultWire> {
    const [port, door] = [portBase + 20 + number, portBase + 50 + number]
    kafkaDoors.push({ name: `DOOR${number}`, port: door, advertisedPort: port })
    return openWay(from, ports.kafka, port, door)
  }

  for (let number = 1; number <= STORES; number += 1) {
    const store = storeId(number)
    const outward = [
      await openWayToKafka(store, number),
      await openWay(store, ports.registry, portBase + 30 + number),
    ]
    const inward = [await openWay('connect', ports.mysqlStore(number), portBase + 40 + number)]
    byName.set(linkOf(store), joinWires(outward, inward))
  }
  const ofCentral = [
    await openWayToKafka('central-update', 0),
    await openWay('central-update', ports.registry, portBase + 30),
    await openWay('central-update', ports.mysqlCentral, portBase + 40),
    await openWay('central-query', ports.mysqlCentral, portBase + 49),
  ]
  for (const [index, wire] of ofCentral.entries()) {
    byName.set(LINKS[STORES + index] ?? '', joinWires([wire], []))
  }

  return {
    byName,
    kafkaDoors,
    portFor: (from, port) => detours.get(nameOf(from, port)) ?? port,
    async [Symbol.asyncDispose]() {
      for (const wire of wires) await wire[Symbol.asyncDispose]()
    },
  }
}

function linkOf(store: string): string {
  return `uplink of ${store}`
}

/** One link of several wires: those that the component opened itself, and those that were opened to it. */
function joinWires(outward: readonly FaultWire[], inward: readonly FaultWire[]): Link {
  const all = [...outward, ...inward]
  return {
    cut: () => all.forEach((wire) => void wire.cut()),
    reset: () => all.forEach((wire) => void wire.reset()),
    delay: (ms) => all.forEach((wire) => void wire.delay(ms)),
    blackHole(side) {
      const [own, others]: [Direction, Direction] = side === 'outward' ? ['forth', 'back'] : ['back', 'forth']
      for (const wire of outward) wire.blackHole(own)
      for (const wire of inward) wire.blackHole(others)
    },
    heal: () => all.forEach((wire) => void wire.heal()),
  }
}
