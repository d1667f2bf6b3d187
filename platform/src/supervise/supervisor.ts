import { type Component, type ComponentStatus, stopOrder } from './component.ts'
import { ComponentFailed, ComponentRunner, type RunnerOptions } from './runner.ts'

export type SupervisorOptions = {
  dataDir: string
  logPath: (component: string) => string
  log: (line: string) => void
}

/** Runs components: each starts as soon as those it needs are ready; they stop class by class. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #runners = new Map<string, ComponentRunner>()

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Makes components known; those they need must be known before or come with them. */
  add(components: Component[]): void {
    const { dataDir, logPath, log } = this.#options
    for (const component of components) {
      const options: RunnerOptions = { dataDir, logPath: logPath(component.name), log }
      this.#runners.set(component.name, new ComponentRunner(component, options))
    }
  }

  has(name: string): boolean {
    return this.#runners.has(name)
  }

  /** Starts these components, side by side where they don't need each other. Throws the first failure. */
  async start(names: string[]): Promise<void> {
    const started = new Map<string, Promise<void>>()
    const startOnce = (name: string): Promise<void> => {
      const running = started.get(name) ?? this.#startAfter(name, startOnce, names)
      started.set(name, running)
      return running
    }
    await Promise.all(names.map(startOnce))
  }

  async #startAfter(name: string, start: (name: string) => Promise<void>, wanted: string[]): Promise<void> {
    const runner = this.runner(name)
    await Promise.all(runner.component.after.filter((needed) => wanted.includes(needed)).map(start))
    const startedAt = Date.now()
    await runner.start()
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    this.#options.log(`${name.padEnd(15)} ready after ${seconds} s`)
  }

  /** Stops everything, class by class: components before those that they use. */
  async stop(): Promise<void> {
    for (const componentClass of stopOrder) {
      const running = [...this.#runners.values()].filter(
        ({ component, state }) => component.componentClass === componentClass && state !== 'stopped',
      )
      await Promise.all(running.map((runner) => this.#stopOne(runner)))
    }
  }

  async #stopOne(runner: ComponentRunner): Promise<void> {
    const startedAt = Date.now()
    await runner.stop()
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    this.#options.log(`${runner.component.name.padEnd(15)} stopped after ${seconds} s`)
  }

  /** The runner of a component; throws, naming the components there are, when it isn't known. */
  runner(name: string): ComponentRunner {
    const found = this.#runners.get(name)
    if (found) return found
    throw new ComponentFailed(
      `there is no component ${name}; components are ${[...this.#runners.keys()].join(', ')}`,
    )
  }

  status(): Promise<ComponentStatus[]> {
    return Promise.all([...this.#runners.values()].map((runner) => runner.status()))
  }
}
