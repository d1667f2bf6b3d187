import type { TestProject } from 'vitest/node'
import { mysqlServersOf, startComponents } from './start-components.ts'

/** Vitest's global set-up for tests that need MySQL: real servers with the settings that stores run with. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startComponents([])
  project.provide('mysqlServers', mysqlServersOf(stack))
  return () => stack.stop()
}
