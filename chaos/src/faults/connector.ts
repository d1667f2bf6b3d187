import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/platform'
import { STORES } from '../components.ts'
import { until } from '../until.ts'
import type { DrawFault } from './fault.ts'

/** A store's connector is deleted, and created again after a while. */
export const drawConnector: DrawFault = (random) => {
  const store = storeId(random.between(1, STORES))
  const seconds = random.between(1, 10)
  return {
    component: `connector ${store}`,
    text: `connector ${store} deleted, and posted again after ${seconds} s`,
    async inject({ stack }) {
      const url = `${stack.urls.connect}/connectors/${store}`
      const ask = (path: string, init: RequestInit = {}) =>
        fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(10_000) })
      let settings = ''
      await until(`the settings of connector ${store}`, async () => {
        const response = await ask('/config')
        settings = await response.text()
        return response.ok
      })
      // Connect may be down, or busy with its members, by another fault.
      await until(`connector ${store} deleted`, async () => {
        const { status } = await ask('', { method: 'DELETE' })
        return status === 204 || status === 404
      })
      await pause(seconds * 1_000)
      await until(`connector ${store} posted`, async () => {
        const headers = { 'content-type': 'application/json' }
        return (await ask('/config', { method: 'PUT', headers, body: settings })).ok
      })
    },
  }
}
