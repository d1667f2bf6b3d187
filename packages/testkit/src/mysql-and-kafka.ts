import type { TestProject } from 'vitest/node'
import { mysqlServersOf, startComponents } from './start-components.ts'

/** Vitest's global set-up for tests that need a broker and the registry beside MySQL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startComponents(['mysql-central', 'kafka', 'registry'])
  project.provide('mysqlServers', mysqlServersOf(stack))
  const { brokers, registry, registryApi } = stack.urls
  project.provide('kafka', { brokers: [brokers], registryUrl: registry, registryApi })
  return () => stack.stop()
}
