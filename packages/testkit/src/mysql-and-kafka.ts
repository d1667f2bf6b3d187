import type { TestProject } from 'vitest/node'
import { mysqlServersOf, startParts } from './start-parts.ts'

/** Vitest's global set-up for tests that need a broker and the registry beside MySQL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startParts(['mysql-central', 'kafka', 'registry'])
  project.provide('mysqlServers', mysqlServersOf(stack))
  project.provide('kafka', { brokers: [stack.urls.brokers], registryUrl: stack.urls.registry })
  return () => stack.stop()
}
