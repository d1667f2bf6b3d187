import { setTimeout as pause } from 'node:timers/promises'
import { COMPONENTS } from '../components.ts'
import type { DrawFault } from './fault.ts'

/** Most pauses are short; one in five is up to a minute, longer than every timeout of the platform. */
export const drawPause: DrawFault = (random, classes) => {
  const component = random.pick<string>(COMPONENTS[random.pick(classes)])
  const durationMs = random.chance(0.2) ? random.between(12_000, 60_000) : random.between(1_000, 12_000)
  return {
    component,
    text: `SIGSTOP ${component} for ${(durationMs / 1_000).toFixed(1)} s`,
    async inject({ stack }) {
      if (stack.component(component).state !== 'ready') return
      stack.kill(component, 'SIGSTOP')
      try {
        await pause(durationMs)
      } finally {
        // It may have been replaced meanwhile; a SIGCONT does no harm to a running process.
        if (stack.component(component).pid !== null) stack.kill(component, 'SIGCONT')
      }
    },
  }
}
