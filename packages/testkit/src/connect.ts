import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ComponentRunner,
  ConnectApi,
  type ConnectorSettings,
  connectComponent,
  connectorSettings,
  ensureJava,
  writePrivateFile,
} from '@shelfwire/platform'
import { testFlavour } from './flavour.ts'
import type { FreshDatabase } from './fresh-database.ts'
import { streams } from './streams.ts'

/** Kafka Connect with Debezium, for one test file. */
export interface TestConnect extends AsyncDisposable {
  api: ConnectApi
  /**
   * Sets the connector of `owner` (a store's id, or `central`) on a database, with the settings of an installation but for
   * `overrides`, and waits until it runs.
   */
  capture(owner: string, database: FreshDatabase, overrides?: ConnectorSettings): Promise<void>
}

/** Starts Connect on the broker and registry of this run, with its machine in the time zone `zone` if given. */
export async function openConnect({ zone = 'UTC' }: { zone?: string } = {}): Promise<TestConnect> {
  const { brokers, registryApi } = streams()
  const folder = await mkdtemp(join(tmpdir(), 'shelfwire-connect-'))
  const secretsDir = join(folder, 'secrets')
  await mkdir(secretsDir)
  const port = await freePort()
  const component = connectComponent({
    ...{ java: await ensureJava(() => {}), folder, port, secretsDir },
    brokers: brokers.join(),
  })
  const runner = new ComponentRunner(
    {
      ...component,
      command: { ...component.command, env: { TZ: zone } },
      async prepare() {
        await component.prepare?.()
        // A later line wins. Workers of two files would share their connectors otherwise.
        await appendFile(join(folder, 'worker.properties'), ownTopics(`connect-${port}`))
      },
    },
    { dataDir: folder, logPath: join(folder, 'connect.log'), log: () => {} },
  )
  await runner.start()
  const api = new ConnectApi(`http://127.0.0.1:${port}`)
  let connectors = 0
  return {
    api,
    async capture(owner, { cdc }, overrides = {}) {
      connectors += 1
      await writePrivateFile(join(secretsDir, `${owner}-cdc`), cdc.password)
      const settings = await connectorSettings({
        ...{ owner, flavour: testFlavour(), brokers: brokers.join(), registryApi, secretsDir },
        ...{ databaseHost: cdc.host, databasePort: cdc.port, serverId: port * 100 + connectors },
      })
      await api.ensureConnector(owner, { ...settings, ...overrides })
      await api.untilRunning(owner)
    },
    async [Symbol.asyncDispose]() {
      await runner.stop()
      await rm(folder, { recursive: true })
    },
  }
}

function ownTopics(name: string): string {
  const topics = ['config', 'offset', 'status'].map((kind) => `${kind}.storage.topic=_${name}-${kind}`)
  return `\n${[`group.id=${name}`, ...topics].join('\n')}\n`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
