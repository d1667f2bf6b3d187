import { createPool, type DatabaseAddress, type Pool } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { readConfig } from '../config.ts'
import { startCentralQuery } from '../start.ts'
import { createWriter } from './central-writer.ts'

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body.
  body: any
}

export interface OpenCentral extends AsyncDisposable {
  /** `http://host:port` of the service. */
  url: string
  /** Asks the service; a body is sent as JSON. */
  ask(path: string, method?: string, body?: unknown): Promise<Answer>
  /** Registers stores. */
  join(...storeIds: string[]): Promise<void>
  write: ReturnType<typeof createWriter>['write']
  beat: ReturnType<typeof createWriter>['beat']
  pool: Pool
  root: Pool
  addresses: { query: DatabaseAddress; root: DatabaseAddress }
}

/** A running central-query on an empty database of its own; `settings` are environment variables. */
export async function openCentral(
  settings: Record<string, string> = {},
  wire: (address: DatabaseAddress) => Promise<DatabaseAddress> = async (address) => address,
): Promise<OpenCentral> {
  const { query, root: rootAddress } = await freshDatabase('central')
  const wired = await wire(query)
  const config = readConfig({
    HTTP_PORT: '0',
    MYSQL_HOST: wired.host,
    MYSQL_PORT: String(wired.port),
    MYSQL_USER: wired.user,
    MYSQL_PASSWORD: wired.password,
    MYSQL_DATABASE: wired.database,
    ...settings,
  })
  const pool = createPool(rootAddress, { connections: 4 })
  // As a central-update that has compared its clock with the database's.
  await pool.query(
    "INSERT INTO clock_bounds (instance, bound_us, measured_at) VALUES ('central-update', 1000, UTC_TIMESTAMP(6))",
  )
  const running = await startCentralQuery({ ...config, logLevel: 'silent' })
  const root = createPool(rootAddress, { connections: 2 })
  const url = `http://127.0.0.1:${running.port}`
  const ask: OpenCentral['ask'] = async (path, method = 'GET', body) => {
    const sent =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(`${url}${path}`, { method, ...sent })
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    url,
    ask,
    async join(...storeIds) {
      for (const storeId of storeIds) {
        const place = { name: storeId, place: 'Berlin', latitude: 52.52, longitude: 13.4 }
        await ask(`/v1/stores/${storeId}`, 'PUT', place)
      }
    },
    ...createWriter(pool),
    pool,
    root,
    addresses: { query, root: rootAddress },
    async [Symbol.asyncDispose]() {
      await running.close()
      await pool.end()
      await root.end()
    },
  }
}
