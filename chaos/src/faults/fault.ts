import type { ComponentClass } from '../components.ts'
import type { Random } from '../random.ts'
import type { Stage } from '../stage.ts'

/** One thing that goes wrong. */
export interface Fault {
  /** What is killed, paused or cut off; it has at most one fault at a time. */
  component: string
  /** For people: `kill -9 kafka`. */
  text: string
  /** Injects the fault; resolves when it is over and the component is back. */
  inject(stage: Stage): Promise<void>
}

/** A kind of fault: draws one. `classes` are those whose processes may be hit. */
export type DrawFault = (random: Random, classes: readonly ComponentClass[]) => Fault
