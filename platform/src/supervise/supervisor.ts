import { type Part, type PartStatus, stopOrder } from './part.ts'
import { PartFailed, PartRunner, type RunnerOptions } from './runner.ts'

export type SupervisorOptions = {
  dataDir: string
  logPath: (part: string) => string
  log: (line: string) => void
}

/** Runs parts: each starts as soon as those it needs are ready; they stop class by class. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #runners = new Map<string, PartRunner>()

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Makes parts known; those they need must be known before or come with them. */
  add(parts: Part[]): void {
    const { dataDir, logPath, log } = this.#options
    for (const part of parts) {
      const options: RunnerOptions = { dataDir, logPath: logPath(part.name), log }
      this.#runners.set(part.name, new PartRunner(part, options))
    }
  }

  has(name: string): boolean {
    return this.#runners.has(name)
  }

  /** Starts these parts, side by side where they don't need each other. Throws the first failure. */
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
    await Promise.all(runner.part.after.filter((needed) => wanted.includes(needed)).map(start))
    const startedAt = Date.now()
    await runner.start()
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    this.#options.log(`${name.padEnd(15)} ready after ${seconds} s`)
  }

  /** Stops everything: whoever uses others before those they use. */
  async stop(): Promise<void> {
    for (const partClass of stopOrder) {
      const running = [...this.#runners.values()].filter(
        ({ part, state }) => part.partClass === partClass && state !== 'stopped',
      )
      await Promise.all(running.map((runner) => this.#stopOne(runner)))
    }
  }

  async #stopOne(runner: PartRunner): Promise<void> {
    const startedAt = Date.now()
    await runner.stop()
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    this.#options.log(`${runner.part.name.padEnd(15)} stopped after ${seconds} s`)
  }

  /** The runner of a part; throws, naming the parts there are, when it isn't known. */
  runner(name: string): PartRunner {
    const found = this.#runners.get(name)
    if (found) return found
    throw new PartFailed(`there is no part ${name}; parts are ${[...this.#runners.keys()].join(', ')}`)
  }

  status(): Promise<PartStatus[]> {
    return Promise.all([...this.#runners.values()].map((runner) => runner.status()))
  }
}
