import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { environment } from '../config.ts'
import { Backoff } from './backoff.ts'
import type { Component, ComponentState, ComponentStatus } from './component.ts'
import { lastLines, withLogFile } from './log-file.ts'
import { endGently, memoryMb, ownerMark, signal } from './processes.ts'

/** A component that did not come up, with its last log lines. */
export class ComponentFailed extends Error {
  readonly code = 'part_failed'
}

export type RunnerOptions = { dataDir: string; logPath: string; log: (line: string) => void }

const READY_POLL_MS = 100
const STARTS_BEFORE_GIVING_UP = 3
const SETTLE_AGAIN_MS = 1_000

/** `error`: why there was no process at all. */
type Exit = { code: number | null; signal: NodeJS.Signals | null; ranMs: number; error?: unknown }

/** Keeps one component running: starts it, sees that it is ready, restarts it when it dies, stops it. */
export class ComponentRunner {
  readonly component: Component
  readonly #options: RunnerOptions
  #backoff = new Backoff()
  #state: ComponentState = 'stopped'
  #child: ChildProcess | null = null
  #exit: Promise<Exit> | null = null
  #restarts = 0
  /** Aborted when the component is to be stopped; ends every wait on its behalf. */
  #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #stopped: Promise<void> = Promise.resolve()

  constructor(component: Component, options: RunnerOptions) {
    this.component = component
    this.#options = options
  }

  get state(): ComponentState {
    return this.#state
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /**
   * Starts the component and keeps it running from then on; resolves when it is ready for the first time. A stop that is in
   * progress is waited for.
   */
  async start(): Promise<void> {
    if (this.#state === 'stopping') await this.#stopped
    if (this.#state !== 'stopped' && this.#state !== 'failed' && this.#state !== 'ended') return
    this.#stopping = new AbortController()
    this.#backoff = new Backoff()
    for (let attempt = 1; ; attempt++) {
      const up = await this.#launch('starting')
      if (up) break
      if (this.#stopping.signal.aborted)
        throw new ComponentFailed(`${this.component.name} was stopped while starting`)
      if (attempt === STARTS_BEFORE_GIVING_UP) {
        this.#state = 'failed'
        throw new ComponentFailed(`${this.component.name} does not start. ${await this.#lastLogLines()}`)
      }
      this.#options.log(`${this.component.name} did not come up; trying again. ${await this.#lastLogLines()}`)
    }
    this.#running = this.#keepRunning()
  }

  /** Stops the component in any state; it stays down until `start`. */
  stop(): Promise<void> {
    this.#stopped = this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    if (this.#state === 'ended') return
    const wasReady = this.#state === 'ready'
    this.#state = 'stopping'
    if (wasReady) await this.component.beforeStop?.().catch(() => {})
    if (this.#child?.pid) await this.#end(this.#child.pid)
    await this.#running
    this.#state = 'stopped'
  }

  async status(): Promise<ComponentStatus> {
    return {
      name: this.component.name,
      componentClass: this.component.componentClass,
      state: this.#state,
      pid: this.pid,
      port: this.component.ports[0] ?? null,
      restarts: this.#restarts,
      memoryMb: this.pid ? await memoryMb(this.pid) : null,
    }
  }

  async #keepRunning(): Promise<void> {
    for (;;) {
      const exit = await this.#exit
      if (this.#stopping.signal.aborted || !exit) return
      if (this.component.endsByItself && exit.code === 0) {
        this.#state = 'ended'
        this.#options.log(`${this.component.name}: done`)
        return
      }
      this.#state = 'restarting'
      const pauseMs = this.#backoff.pauseMs(exit.ranMs)
      this.#options.log(
        `${this.component.name} ${howItEnded(exit)}; restarting in ${pauseMs / 1000} s. ${await this.#lastLogLines()}`,
      )
      await wait(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
      if (this.#stopping.signal.aborted) return
      this.#restarts++
      const startedAt = Date.now()
      if (await this.#launch('restarting')) {
        this.#options.log(
          `${this.component.name}: ready again after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`,
        )
      }
    }
  }

  /**
   * Starts the process once; true when it became ready, false when it ended, hung or was stopped before that. What
   * can't be prepared or settled fails a first start at once. Later it is one more reason to try again: a full disk
   * must not take the supervisor along.
   */
  async #launch(state: 'starting' | 'restarting'): Promise<boolean> {
    this.#state = state
    try {
      await this.component.prepare?.()
      if (this.#stopping.signal.aborted) return false
      this.#spawn()
    } catch (error) {
      if (state === 'starting') throw error
      this.#exit = Promise.resolve({ code: null, signal: null, ranMs: 0, error })
      return false
    }
    if (!(await this.#becomesReady()) || !(await this.#settles(state))) {
      if (this.#child?.pid) await this.#end(this.#child.pid)
      return false
    }
    this.#state = 'ready'
    return true
  }

  /** After every start: a server whose folder was lost comes back empty, and gets again what it must have. */
  async #settles(state: 'starting' | 'restarting'): Promise<boolean> {
    const deadline = Date.now() + this.component.readyWithinMs
    while (this.#child && !this.#stopping.signal.aborted && Date.now() < deadline) {
      try {
        await Promise.race([this.component.settle?.(), this.#exit])
        if (this.#child) return true
      } catch (error) {
        if (state === 'starting') throw error
        this.#options.log(`${this.component.name} is up, but could not be set up: ${messageOf(error)}`)
        await Promise.race([wait(SETTLE_AGAIN_MS), this.#exit])
      }
    }
    return false
  }

  #spawn(): void {
    const { file, args, env, cwd } = this.component.command
    const startedAt = Date.now()
    const child = withLogFile(this.#options.logPath, (descriptor) =>
      spawn(file, args, {
        env: { ...environment.inherited, ...env, ...ownerMark(this.#options.dataDir, this.component) },
        ...(cwd ? { cwd } : {}),
        // A session of its own: Ctrl-C must reach us alone, so that components can be stopped in order.
        detached: true,
        stdio: ['ignore', descriptor, descriptor],
      }),
    )
    this.#child = child
    this.#exit = new Promise((resolve) => {
      const ended = (code: number | null, by: NodeJS.Signals | null) => {
        this.#child = null
        resolve({ code, signal: by, ranMs: Date.now() - startedAt })
      }
      child.once('exit', ended)
      child.once('error', () => ended(null, null))
    })
  }

  async #becomesReady(): Promise<boolean> {
    const deadline = Date.now() + this.component.readyWithinMs
    while (this.#child && !this.#stopping.signal.aborted && Date.now() < deadline) {
      if (await this.component.isReady().catch(() => false)) return this.#child !== null
      await Promise.race([wait(READY_POLL_MS), this.#exit])
    }
    return false
  }

  async #end(pid: number): Promise<void> {
    endGently(pid)
    const patience = wait(this.component.stopWithinMs, 'late', { ref: false })
    if ((await Promise.race([this.#exit, patience])) === 'late') {
      this.#options.log(
        `${this.component.name} did not stop within ${this.component.stopWithinMs / 1000} s: killed`,
      )
      signal(pid, 'SIGKILL')
      await this.#exit
    }
  }

  async #lastLogLines(): Promise<string> {
    const lines = await lastLines(this.#options.logPath, 8)
    return `Its last log lines (${this.#options.logPath}):\n    ${lines.join('\n    ')}`
  }
}

function howItEnded({ code, signal: by, error }: Exit): string {
  if (error !== undefined) return `can't be started: ${messageOf(error)}`
  return by ? `was ended by ${by}` : `ended with code ${code}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
