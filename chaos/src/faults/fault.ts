import type { Random } from '../random.ts'
import type { Stage } from '../stage.ts'

/** The classes of process that the platform is made of, with their parts in an installation of three stores. */
export const PARTS = {
  'store service': ['store-1', 'store-2', 'store-3'],
  'central-update': ['central-update'],
  'central-query': ['central-query'],
  Connect: ['connect'],
  broker: ['kafka'],
  'store MySQL': ['mysql-store-1', 'mysql-store-2', 'mysql-store-3'],
  'central MySQL': ['mysql-central'],
  registry: ['registry'],
} as const

export type PartClass = keyof typeof PARTS
export const PART_CLASSES = Object.keys(PARTS) as PartClass[]
export const STORES = 3

/** One thing that goes wrong. */
export interface Fault {
  /** What is killed, paused or cut off; at most one fault at a time is done to it. */
  part: string
  /** For people: `kill -9 kafka`. */
  text: string
  /** Does it; resolves when it is over and the part is back. */
  inject(stage: Stage): Promise<void>
}

/** A kind of fault: draws one. `classes` are those whose processes may be hit. */
export type DrawFault = (random: Random, classes: readonly PartClass[]) => Fault

export function classOf(part: string): PartClass | undefined {
  return PART_CLASSES.find((partClass) => (PARTS[partClass] as readonly string[]).includes(part))
}
