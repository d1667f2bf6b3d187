import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { portsFrom, storeId, type Wiring } from '@shelfwire/stack'
import { STORES } from './fault.ts'
import { type Direction, type FaultWire, openFaultWire } from './fault-wire.ts'

/** What connects a store with the rest of the world: its service's way to Kafka and registry, Connect's to its database. */
export interface Uplink {
  cut(): void
  reset(): void
  delay(ms: number): void
  /** Nothing leaves the store, or nothing reaches it. */
  blackHole(side: 'out of the store' | 'into the store'): void
  heal(): void
}

/** The wiring of a platform whose stores' uplinks and clocks can be disturbed while it runs. */
export interface TrialWiring extends AsyncDisposable {
  wiring: Wiring
  uplinks: ReadonlyMap<string, Uplink>
  /** How far a service's clock is off from its next start on, in ms. */
  setClock(part: string, offsetMs: number): void
}

const LOAD_BUG = pathToFileURL(join(import.meta.dirname, '../bugs/load-bug.ts')).href
const SKEWED_CLOCK = pathToFileURL(join(import.meta.dirname, 'skewed-clock.mjs')).href

/** Opens the wires; they use the ports from 20 to 59 above the base. With `bug`, services run with that bug in them. */
export async function openTrialWiring(portBase: number, bug: string | null): Promise<TrialWiring> {
  const ports = portsFrom(portBase)
  const wires: FaultWire[] = []
  const detours = new Map<string, number>()
  const uplinks = new Map<string, Uplink>()
  const doors: Wiring['kafkaDoors'] = []
  const clocks = new Map<string, number>()
  const nameOf = (from: string, port: number) => `${from} to ${port}`

  for (let number = 1; number <= STORES; number += 1) {
    const store = storeId(number)
    const [toKafka, toRegistry, toDatabase, door] = [20, 30, 40, 50].map(
      (block) => portBase + block + number,
    ) as [number, number, number, number]
    doors.push({ name: `STORE${number}`, port: door, advertisedPort: toKafka })
    const outward = [
      await openFaultWire({ port: toKafka, target: door }),
      await openFaultWire({ port: toRegistry, target: ports.registry }),
    ]
    const inward = [await openFaultWire({ port: toDatabase, target: ports.mysqlStore(number) })]
    wires.push(...outward, ...inward)
    detours.set(nameOf(store, ports.kafka), toKafka)
    detours.set(nameOf(store, ports.registry), toRegistry)
    detours.set(nameOf('connect', ports.mysqlStore(number)), toDatabase)
    uplinks.set(store, joinWires(outward, inward))
  }

  return {
    wiring: {
      portFor: (from, port) => detours.get(nameOf(from, port)) ?? port,
      kafkaDoors: doors,
      environmentOf(part): Record<string, string> {
        const offsetMs = clocks.get(part) ?? 0
        const preloads = [...(offsetMs === 0 ? [] : [SKEWED_CLOCK]), ...(bug === null ? [] : [LOAD_BUG])]
        if (preloads.length === 0) return {}
        return {
          NODE_OPTIONS: preloads.map((preload) => `--import=${preload}`).join(' '),
          CLOCK_OFFSET_MS: String(offsetMs),
          ...(bug === null ? {} : { DELIBERATE_BUG: bug }),
        }
      },
    },
    uplinks,
    setClock: (part, offsetMs) => clocks.set(part, offsetMs),
    async [Symbol.asyncDispose]() {
      for (const wire of wires) await wire[Symbol.asyncDispose]()
    },
  }
}

/** One uplink of several wires: those that the store opened itself, and those that were opened to it. */
function joinWires(outward: readonly FaultWire[], inward: readonly FaultWire[]): Uplink {
  const all = [...outward, ...inward]
  return {
    cut: () => all.forEach((wire) => void wire.cut()),
    reset: () => all.forEach((wire) => void wire.reset()),
    delay: (ms) => all.forEach((wire) => void wire.delay(ms)),
    blackHole(side) {
      const [own, others]: [Direction, Direction] =
        side === 'out of the store' ? ['forth', 'back'] : ['back', 'forth']
      for (const wire of outward) wire.blackHole(own)
      for (const wire of inward) wire.blackHole(others)
    },
    heal: () => all.forEach((wire) => void wire.heal()),
  }
}
