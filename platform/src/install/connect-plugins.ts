import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { kafkaPiece } from './kafka.ts'
import { fetchArtifact, fetchWithDependencies } from './maven.ts'
import { type Piece, pieceDir } from './piece.ts'
import { runCommand } from './run-command.ts'
import { unpackOnly } from './unpack.ts'
import { versions } from './versions.ts'

const connectors = (['mysql', 'mariadb'] as const).map(
  (flavour) => `io.debezium:debezium-connector-${flavour}:${versions.debezium[flavour]}:tar.gz:plugin`,
)

const converter = `io.apicurio:apicurio-registry-utils-converter:${versions.avroConverter.version}`

// Connect brings these itself; a second copy beside its own ends in NoSuchMethodError.
const broughtByConnect = [
  'connect-api',
  'connect-json',
  'connect-runtime',
  'connect-transforms',
  'kafka-clients',
  'slf4j-api',
  'lz4-java',
  'snappy-java',
  'zstd-jni',
]

/** Connect's plugin folder: Debezium for both flavours, and the Avro converter. Needs Kafka's jars. */
export function connectPluginsPiece(java: string): Piece {
  return {
    name: 'connect-plugins',
    title: `Debezium ${versions.debezium.mysql} and ${versions.debezium.mariadb}, Avro converter (Maven)`,
    recipe: { connectors, converter, broughtByConnect },
    async make(into) {
      for (const connector of connectors) {
        const folder = join(into, connector.split(':')[1] ?? 'connector')
        await mkdir(folder)
        await fetchArtifact(connector, folder)
        await unpackOnly(folder)
      }
      const converterFolder = join(into, 'avro-converter')
      await mkdir(converterFolder)
      await fetchWithDependencies([converter], converterFolder, broughtByConnect)
      await writeServiceFiles(java, into)
    },
  }
}

/** The converter ships no service file; with one, Connect need not search every jar: 3 s to start instead of 10. */
async function writeServiceFiles(java: string, plugins: string): Promise<void> {
  await runCommand(java, [
    '-cp',
    join(pieceDir(kafkaPiece), '*'),
    'org.apache.kafka.tools.ConnectPluginPath',
    'sync-manifests',
    '--plugin-path',
    plugins,
  ])
}
