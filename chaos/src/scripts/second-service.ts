import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { foldersIn, ownerMark } from '@shelfwire/platform'
import { until } from '../until.ts'
import type { Scene } from './scene.ts'

const SERVICES = join(import.meta.dirname, '../../../services')
/** Above the ports of an installation's own components and the trial's wires, below those of the stores. */
const PORT_ABOVE_BASE = 70
const STOP_WITHIN_MS = 20_000

/** One more process of a service, beside the one that the supervisor keeps. */
export interface SecondService extends AsyncDisposable {
  pid: number
  url: string
}

/** A second central-update, on the same database and in the same group; `env` is added to its environment. */
export function startSecondCentral(scene: Scene, env: Record<string, string> = {}): Promise<SecondService> {
  const { stack } = scene
  return startSecond(scene, 'central-update', {
    INSTANCE: 'central-update-second',
    KAFKA_BROKERS: stack.urls.brokers,
    REGISTRY_URL: stack.urls.registry,
    MYSQL_HOST: '127.0.0.1',
    MYSQL_PORT: String(stack.ports.mysqlCentral),
    MYSQL_USER: 'service',
    MYSQL_PASSWORD: stack.secrets.databases.central?.service ?? '',
    MYSQL_MAINTENANCE_PASSWORD: stack.secrets.databases.central?.maintenance ?? '',
    MYSQL_DATABASE: 'central',
    ...env,
  })
}

/** Starts it and waits until it is ready; `env` has all but its own address. It is not restarted when it dies. */
export async function startSecond(
  { place, stack }: Scene,
  service: 'local-store' | 'central-update',
  env: Record<string, string>,
): Promise<SecondService> {
  const port = stack.installation.portBase + PORT_ABOVE_BASE
  const log = await open(foldersIn(place.dataDir).log(`second-${service}`), 'a')
  const child = spawn(process.execPath, [join(SERVICES, service, 'src/main.ts')], {
    env: {
      ...{ LOG_LEVEL: 'info', HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port), ...env },
      // So that the next start ends it when this process was killed.
      ...ownerMark(place.dataDir, { name: `second-${service}`, componentClass: 'service' }),
    },
    stdio: ['ignore', log.fd, log.fd],
  })
  await log.close()
  const url = `http://127.0.0.1:${port}`
  const second: SecondService = {
    pid: child.pid ?? 0,
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
      await ended
      clearTimeout(patience)
    },
  }
  await until(`a second ${service}`, async () => {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
    return response.ok
  })
  return second
}
