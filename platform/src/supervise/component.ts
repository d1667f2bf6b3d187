/** The classes of component an installation is made of. */
export type ComponentClass = 'mysql' | 'kafka' | 'registry' | 'connect' | 'service' | 'demo'

/** Components stop before those that they use; the database last, so that pending writes reach it. */
export const stopOrder: ComponentClass[] = ['demo', 'service', 'connect', 'registry', 'kafka', 'mysql']

export type Command = { file: string; args: string[]; env?: Record<string, string>; cwd?: string }

/** One process the stack runs: what to start, how to see that it is ready, what must be ready before it. */
export type Component = {
  name: string
  componentClass: ComponentClass
  /** Ports it binds on 127.0.0.1, the one people use first. */
  ports: number[]
  /** Names of the components that must be ready before it is started. */
  after: string[]
  /** Before each start of the process: folders, settings files. */
  prepare?: () => Promise<void>
  command: Command
  /** Asked again and again until true; a throw means not yet. */
  isReady: () => Promise<boolean>
  /**
   * After each start, when it is ready and before those after it start: users, migrations, topics. Harmless when all
   * is there.
   */
  settle?: () => Promise<void>
  readyWithinMs: number
  /** Before it is asked to stop; a failure doesn't keep it from being stopped. */
  beforeStop?: () => Promise<void>
  /** How long it may take to stop when asked, before it is killed. */
  stopWithinMs: number
  /** True for a program that comes to an end by itself and isn't restarted then. */
  endsByItself?: boolean
}

export type ComponentState = 'stopped' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'ended' | 'failed'

/** What a component is doing, for people and for `npm run status`. */
export type ComponentStatus = {
  name: string
  componentClass: ComponentClass
  state: ComponentState
  pid: number | null
  port: number | null
  restarts: number
  /** Resident memory in MB, null when it isn't running. */
  memoryMb: number | null
}
