import { join } from 'node:path'
import type { RowDataPacket } from 'mysql2/promise'
import { askServer } from '../database/ask-server.ts'
import { runCommand } from '../install/run-command.ts'
import { Refused } from '../installation.ts'
import { projectDir } from '../layout.ts'
import { readProgress } from '../rebuild/read-progress.ts'
import { addressOf, type StorePlace } from './store-place.ts'

/** What the store's service says of an epoch it has opened. */
export type OpenedEpoch = { epoch: number; skus: number; checksum: string }

/**
 * The highest epoch in which the store has ever given numbers, as central and its present database know it. Throws
 * `Refused` when central doesn't answer: a restored store that took one of these again would never be believed.
 */
export async function newestEpoch(place: StorePlace): Promise<number> {
  const [progress] = await readProgress([place], place.urls, 0).catch(() => [])
  if (progress === undefined) throw new Refused('central must be running: it knows which epochs there were')
  const own = await askServer(addressOf(place, 'service'), async (session) => {
    const [rows] = await session.query<RowDataPacket[]>('SELECT MAX(epoch) AS epoch FROM head')
    return Number(rows[0]?.epoch ?? 0)
    // Lost, or broken: that may be why we are here.
  }).catch(() => 0)
  return Math.max(own, progress.applied?.epoch ?? 0)
}

/** Has the store's own program open an epoch in the database at `port`. Its service must not be running. */
export async function openEpoch(
  place: StorePlace,
  { reason, port = place.port }: { reason: string; port?: number },
): Promise<OpenedEpoch> {
  const above = String(await newestEpoch(place))
  const address = addressOf(place, 'service', port)
  const script = join(projectDir, 'services/local-store/src/open-epoch-cli.ts')
  const output = await runCommand(process.execPath, [script, reason, above], {
    env: {
      STORE_ID: place.id,
      MYSQL_HOST: address.host,
      MYSQL_PORT: String(address.port),
      MYSQL_USER: address.user,
      MYSQL_PASSWORD: address.password,
      MYSQL_DATABASE: address.database,
    },
  })
  return JSON.parse(output) as OpenedEpoch
}
