import type { Flavour } from '../layout.ts'
import { connectPluginsPiece } from './connect-plugins.ts'
import { ensureDatabase } from './database.ts'
import { ensureJava } from './java.ts'
import { kafkaPiece } from './kafka.ts'
import { ensurePiece, type Log } from './piece.ts'
import { registryPiece } from './registry.ts'

/** Where the fetched programs are. */
export type Installed = { flavour: Flavour; databaseDir: string; java: string }

export type Wanted = {
  flavour: Flavour /** Kafka, Connect and the registry too, not only the database. */
  streams: boolean
}

/** Fetches what is not there yet. The sources run side by side; what Maven fetches, one after the other. */
export async function install(wanted: Wanted, log: Log): Promise<Installed> {
  const [database, java] = await Promise.all([
    ensureDatabase(wanted.flavour, log),
    wanted.streams ? installStreams(log) : '',
  ])
  return { ...database, java }
}

async function installStreams(log: Log): Promise<string> {
  const javaFound = ensureJava(log)
  await Promise.all([javaFound, ensurePiece(kafkaPiece, log)])
  const java = await javaFound
  await ensurePiece(registryPiece, log)
  await ensurePiece(connectPluginsPiece(java), log)
  return java
}
