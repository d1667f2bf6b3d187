import { join } from 'node:path'
import { answersOk } from '../ask.ts'
import { projectDir } from '../layout.ts'
import type { Part } from '../supervise/part.ts'

export type ServiceOptions = {
  name: string
  /** Its folder below services/. */
  service: 'local-store' | 'central-update' | 'central-query'
  port: number
  after: string[]
  env: Record<string, string>
}

/** One of our own services, ready when it says so itself. */
export function servicePart(options: ServiceOptions): Part {
  const { name, service, port, after, env } = options
  return {
    name,
    partClass: 'service',
    ports: [port],
    after,
    command: {
      file: process.execPath,
      args: [join(projectDir, 'services', service, 'src/main.ts')],
      env: { LOG_LEVEL: 'info', HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port), ...env },
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/readyz`),
    readyWithinMs: 60_000,
    stopWithinMs: 20_000,
  }
}
