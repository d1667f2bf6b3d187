import { migrationsDone } from '@shelfwire/mysql'
import { askServer, type ServerAddress } from '../database/ask-server.ts'
import { Refused } from '../installation.ts'
import { type BackupHeader, readBackupHeader, readStatements } from './backup-file.ts'

/** The header of the backup at `path`. Throws `Refused` when it is another store's. */
export async function readBackupOf(path: string, storeId: string): Promise<BackupHeader> {
  const header = await readBackupHeader(path)
  if (header.storeId === storeId) return header
  throw new Refused(`${path} is a backup of ${header.storeId}, not of ${storeId}`)
}

/**
 * Fills the migrated and empty database at `address` from a backup. Throws `Refused` when the tables differ from
 * those that were backed up, or the file is damaged; what was filled is then worth nothing.
 */
export async function loadStore(address: ServerAddress, path: string): Promise<void> {
  const { migrations } = await readBackupHeader(path)
  await askServer(address, async (session) => {
    const level = await migrationsDone(session)
    if (level.join() !== migrations.join()) {
      throw new Refused(
        `${path} was made at level ${migrations.at(-1)}, this installation is at ${level.at(-1)}: ` +
          'restore it with the version that made it',
      )
    }
    for await (const statement of readStatements(path)) await session.query(statement)
  })
}
