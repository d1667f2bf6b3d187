import { join } from 'node:path'
import type { RowDataPacket } from 'mysql2/promise'
import { askServer } from '../database/ask-server.ts'
import { runCommand } from '../install/run-command.ts'
import { projectDir } from '../layout.ts'
import { readProgress } from '../rebuild/read-progress.ts'
import { adminKafka } from '../streams/topics.ts'
import { untilRead } from '../streams/until-read.ts'
import { highestEpoch } from './highest-epoch.ts'
import { addressOf, type StorePlace } from './store-place.ts'

/** What the store's service prints of an epoch it has opened. */
export type OpenedEpoch = { epoch: number; skus: number; checksum: string }

/** How long central may take to apply what Kafka holds already. */
const READ_WITHIN_MS = 30_000

/** The highest epoch the store may have used, see {@link highestEpoch}; `stated` is what the operator states. */
export async function askHighestEpoch(place: StorePlace, stated?: number): Promise<number> {
  const [own, central] = await Promise.all([ownEpoch(place), centralEpoch(place)])
  return highestEpoch({ storeId: place.id, own, central, stated })
}

/** The epoch in the head of the store's present database; null when it can't be read, or is empty. */
export async function ownEpoch(place: StorePlace): Promise<number | null> {
  return askServer(addressOf(place, 'service'), async (session) => {
    const [rows] = await session.query<RowDataPacket[]>('SELECT MAX(epoch) AS epoch FROM head')
    return rows[0]?.epoch == null ? null : Number(rows[0].epoch)
  }).catch(() => null)
}

/** Null when central doesn't answer, has applied less than Kafka holds, or has proved nothing (it is being rebuilt). */
async function centralEpoch(place: StorePlace): Promise<number | null> {
  try {
    await untilRead(adminKafka(place.urls.brokers), READ_WITHIN_MS)
    const [progress] = await readProgress([place], place.urls, 0)
    return progress?.isProved ? (progress.applied?.epoch ?? null) : null
  } catch {
    return null
  }
}

/**
 * Has the store's own program open an epoch in the database at `port`. Its service must not be running. Throws
 * `Refused` when the highest epoch that was ever used is unknown.
 */
export async function openEpoch(
  place: StorePlace,
  { reason, above: stated, port = place.port }: { reason: string; above?: number | undefined; port?: number },
): Promise<OpenedEpoch> {
  const above = String(await askHighestEpoch(place, stated))
  const address = addressOf(place, 'service', port)
  const script = join(projectDir, 'services/local-store/src/open-epoch-cli.ts')
  const output = await runCommand(process.execPath, [script, reason, above], {
    env: {
      STORE_ID: place.id,
      MYSQL_HOST: address.host,
      MYSQL_PORT: String(address.port),
      MYSQL_USER: address.user,
      MYSQL_PASSWORD: address.password,
      MYSQL_MAINTENANCE_PASSWORD: place.secrets.maintenance,
      MYSQL_DATABASE: address.database,
    },
  })
  return JSON.parse(output) as OpenedEpoch
}
