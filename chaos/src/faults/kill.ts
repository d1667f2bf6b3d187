import { COMPONENTS } from '../components.ts'
import type { Stage } from '../stage.ts'
import { until } from '../until.ts'
import type { DrawFault } from './fault.ts'

/** `kill -9` of one process; its supervisor brings it back. */
export const drawKill: DrawFault = (random, classes) => {
  const part = random.pick<string>(COMPONENTS[random.pick(classes)])
  return { part, text: `kill -9 ${part}`, inject: (stage) => killPart(stage, part) }
}

/** Kills the process of a part that is ready and waits until another one is. */
export async function killPart({ stack }: Stage, part: string): Promise<void> {
  await until(`${part} ready before it is killed`, () => stack.part(part).state === 'ready')
  const { pid } = stack.part(part)
  stack.kill(part, 'SIGKILL')
  await until(`${part} back`, () => {
    const now = stack.part(part)
    return now.state === 'ready' && now.pid !== pid
  })
}
