/** Work that is done again and again. */
export interface Repeating {
  /** Ends it; resolves when the last run is over. */
  stop(): Promise<void>
}

/** Runs `work` at once and then `intervalMs` after each run's beginning, never two at a time. What it throws goes to `onError`. */
export function repeat(
  { intervalMs, onError }: { intervalMs: number; onError: (error: unknown) => void },
  work: () => Promise<void>,
): Repeating {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    const began = performance.now()
    await work().catch(onError)
    const elapsed = performance.now() - began
    if (!stopped) timer = setTimeout(start, Math.max(0, intervalMs - elapsed))
  }
  function start(): void {
    running = run()
  }
  start()

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
