import { setTimeout as pause } from 'node:timers/promises'
import type { Place } from '@shelfwire/platform'
import { killComponent, VICTIMS } from '@shelfwire/verify'

/** Kills each victim in turn, evenly over `durationMs`, never the next before the last is back, none after `closing`. */
export async function killEach(
  place: Place,
  { durationMs, closing, say }: { durationMs: number; closing: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const startedAt = Date.now()
  for (const [index, component] of VICTIMS.entries()) {
    const dueAt = startedAt + ((index + 0.5) / VICTIMS.length) * durationMs
    await pause(Math.max(0, dueAt - Date.now()), undefined, { signal: closing }).catch(() => {})
    if (closing.aborted) return
    say(`kill -9 ${component}`)
    const { readyAfterMs, freshAfterMs } = await killComponent(place, component)
    const [ready, fresh] = [readyAfterMs, freshAfterMs].map((ms) => (ms / 1_000).toFixed(1))
    say(`  ${component} ready again after ${ready} s, every store fresh after ${fresh} s`)
  }
}
