import { COMPONENTS } from '../components.ts'
import type { Stage } from '../stage.ts'
import { until } from '../until.ts'
import type { DrawFault } from './fault.ts'

/** `kill -9` of one process; its supervisor brings it back. */
export const drawKill: DrawFault = (random, classes) => {
  const component = random.pick<string>(COMPONENTS[random.pick(classes)])
  return { component, text: `kill -9 ${component}`, inject: (stage) => killComponent(stage, component) }
}

/** Kills the process of a component that is ready and waits until another one is. */
export async function killComponent({ stack }: Stage, component: string): Promise<void> {
  await until(`${component} ready before it is killed`, () => stack.component(component).state === 'ready')
  const { pid } = stack.component(component)
  stack.kill(component, 'SIGKILL')
  await until(`${component} back`, () => {
    const now = stack.component(component)
    return now.state === 'ready' && now.pid !== pid
  })
}
