import type { Logger, Registry, Route } from '@shelfwire/http'
import type { DatabaseAddress, Pool } from '@shelfwire/mysql'
import type { AnyCommandKind } from './commands/command-kind.ts'
import type { StoreLane } from './lane/store-lane.ts'
import type { SteadyClock } from './requests/steady-clock.ts'

/** What the store's process has for its capabilities. */
export interface StoreMeans {
  storeId: string
  lane: StoreLane
  database: DatabaseAddress
  /** For reading. */
  pool: Pool
  now: () => Date
  steady: SteadyClock
  log: Logger
  metrics: Registry
}

/** Something that the store can do: an operation of the lane, and the ways to ask for it. */
export interface Capability {
  routes?: readonly Route[]
  /** Commands of central that ask for it. */
  commands?: readonly AnyCommandKind[]
  close?(): Promise<void>
}

/** Makes a capability when the service starts. */
export type CapabilityMaker = (means: StoreMeans) => Capability
