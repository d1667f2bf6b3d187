import { setTimeout as pause } from 'node:timers/promises'
import type { ComponentClass } from '../components.ts'
import type { Random } from '../random.ts'
import type { Stage } from '../stage.ts'
import type { DrawFault, Fault } from './fault.ts'

export interface PlannedFault {
  atMs: number
  fault: Fault
}

/** A fault that was done, in ms since 1970. */
export interface Injection {
  component: string
  text: string
  startedAt: number
  endedAt: number
}

/** Calm at the beginning and the end, so that every run also shows what health looks like. */
const CALM_MS = 1_500

/** What will go wrong and when, in a run of `seconds`; faults may overlap. */
export function drawTimeline(
  random: Random,
  {
    seconds,
    kinds,
    classes,
  }: { seconds: number; kinds: readonly DrawFault[]; classes: readonly ComponentClass[] },
): PlannedFault[] {
  const planned: PlannedFault[] = []
  if (kinds.length === 0 || classes.length === 0) return planned
  for (let atMs = CALM_MS; atMs < seconds * 1_000 - CALM_MS; atMs += random.between(500, 4_500)) {
    planned.push({ atMs, fault: random.pick(kinds)(random, classes) })
  }
  return planned
}

/** Does what was planned; resolves when the last fault is healed. A fault is skipped when its component already has one. */
export async function runTimeline(stage: Stage, planned: readonly PlannedFault[]): Promise<Injection[]> {
  const startedAt = Date.now()
  const inTrouble = new Set<string>()
  const done: Injection[] = []
  const running: Promise<void>[] = []
  for (const { atMs, fault } of planned) {
    await pause(Math.max(0, startedAt + atMs - Date.now()))
    if (inTrouble.has(fault.component)) continue
    inTrouble.add(fault.component)
    stage.say(`  ${((Date.now() - startedAt) / 1_000).toFixed(1)} s: ${fault.text}`)
    running.push(injectOne(stage, fault, done).finally(() => inTrouble.delete(fault.component)))
  }
  await Promise.all(running)
  return done
}

async function injectOne(stage: Stage, fault: Fault, done: Injection[]): Promise<void> {
  const startedAt = Date.now()
  await fault.inject(stage)
  const { component, text } = fault
  done.push({ component, text, startedAt, endedAt: Date.now() })
}
