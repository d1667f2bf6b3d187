import { join } from 'node:path'
import { answersOk } from '../ask.ts'
import { projectDir } from '../layout.ts'
import type { Component } from '../supervise/component.ts'

export type ServiceOptions = {
  name: string
  /** Its folder below services/. */
  service: 'local-store' | 'central-update' | 'central-query'
  port: number
  after: string[]
  env: Record<string, string>
  nodeArgs?: readonly string[]
  /** What is added to it, asked at each start. */
  environmentOf: (component: string) => Record<string, string>
}

/** One of our own services, ready when its /readyz answers 200. */
export function serviceComponent(options: ServiceOptions): Component {
  const { name, service, port, after, env, nodeArgs = [], environmentOf } = options
  const own = { LOG_LEVEL: 'info', HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port), ...env }
  return {
    name,
    componentClass: 'service',
    ports: [port],
    after,
    get command() {
      const args = [...nodeArgs, join(projectDir, 'services', service, 'src/main.ts')]
      return { file: process.execPath, args, env: { ...own, ...environmentOf(name) } }
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/readyz`),
    readyWithinMs: 180_000,
    stopWithinMs: 20_000,
  }
}
