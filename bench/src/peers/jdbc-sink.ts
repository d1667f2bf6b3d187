import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { kafkaJavaArgs, propertiesText } from '../../../platform/src/components/java.ts'
import { connectPluginsPiece } from '../../../platform/src/install/connect-plugins.ts'
import { ensureJava } from '../../../platform/src/install/java.ts'
import { fetchArtifact } from '../../../platform/src/install/maven.ts'
import { ensurePiece, type Piece, pieceDir } from '../../../platform/src/install/piece.ts'
import { unpackOnly } from '../../../platform/src/install/unpack.ts'
import { endWithBench } from '../harness/peer-process.ts'

const SINK = 'io.debezium:debezium-connector-jdbc:3.5.0.Final:tar.gz:plugin'

/** Downloaded by benches only. The archive contains MySQL's driver. */
const sinkPiece: Piece = {
  name: 'jdbc-sink',
  title: 'Debezium JDBC sink 3.5.0.Final (Maven)',
  recipe: SINK,
  async make(into) {
    await fetchArtifact(SINK, into)
    await unpackOnly(into)
  },
}

/** Connect with the JDBC sink, in a process of its own that stays warm between rounds. */
export interface SinkWorker extends AsyncDisposable {
  /** Creates a connector and returns a function that removes it. */
  start(name: string, settings: Record<string, string>): Promise<AsyncDisposable>
}

export interface SinkWorkerOptions {
  folder: string
  port: number
  brokers: string
  say: (line: string) => void
}

/** Starts a standalone Connect worker and waits until it answers. */
export async function startSinkWorker({
  folder,
  port,
  brokers,
  say,
}: SinkWorkerOptions): Promise<SinkWorker> {
  const java = await ensureJava(say)
  const sinkDir = await ensurePiece(sinkPiece, say)
  await mkdir(folder, { recursive: true })
  const settings = join(folder, 'worker.properties')
  await writeFile(
    settings,
    propertiesText({
      'bootstrap.servers': brokers,
      listeners: `http://127.0.0.1:${port}`,
      'plugin.path': `${sinkDir},${pieceDir(connectPluginsPiece(java))}`,
      'plugin.discovery': 'service_load',
      'offset.storage.file.filename': join(folder, 'offsets'),
      'connector.client.config.override.policy': 'All',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    }),
  )
  // The same heap as the platform's Connect.
  const args = kafkaJavaArgs(768, 'org.apache.kafka.connect.cli.ConnectStandalone', [settings])
  const child = spawn(java, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  endWithBench(child)
  const log = createWriteStream(join(folder, 'worker.log'))
  child.stdout.pipe(log)
  child.stderr.pipe(log)

  const url = `http://127.0.0.1:${port}/connectors`
  await until(`the sink's worker (its log is in ${folder})`, () => fetch(url).then(({ ok }) => ok))
  return {
    async start(name, settings) {
      const place = `${url}/${name}`
      const body = JSON.stringify(settings)
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${place}/config`, { method: 'PUT', headers, body })
      if (!response.ok) throw new Error(`the sink is refused: ${response.status} ${await response.text()}`)
      return {
        async [Symbol.asyncDispose]() {
          await fetch(place, { method: 'DELETE' })
        },
      }
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${what} did not become ready`)
    await pause(200)
  }
}
