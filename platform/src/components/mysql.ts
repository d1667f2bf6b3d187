import { constants } from 'node:fs'
import { access, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection, RowDataPacket } from '@shelfwire/mysql'
import { askServer } from '../database/ask-server.ts'
import { emptyDataPiece, serverCommand, serverPaths } from '../install/database.ts'
import { pieceDir } from '../install/piece.ts'
import { runCommand } from '../install/run-command.ts'
import { confDir, type Flavour } from '../layout.ts'
import { makePrivateDir } from '../private-dir.ts'
import { writePrivateFile } from '../secrets.ts'
import type { Component } from '../supervise/component.ts'

export type MysqlOptions = {
  name: string
  flavour: Flavour
  databaseDir: string
  /** Its own folder. */
  folder: string
  port: number
  /** Unique among all servers, and not a connector's. */
  serverId: number
  bufferPoolMb: number
  /** Whether clients may hand over rows as text (LOAD DATA LOCAL). */
  localInfile: boolean
  rootPassword: string
  /** Users, migrations and grants. */
  settle: () => Promise<void>
}

/** One database server, with the shared settings of conf/mysql and addresses and sizes of its own. */
export function mysqlComponent(options: MysqlOptions): Component {
  const { name, flavour, databaseDir, folder, port, rootPassword } = options
  const [file, ...firstArgs] = serverCommand(flavour, databaseDir)
  const settings = join(confDir, 'mysql', flavour === 'mysql' ? 'server.cnf' : 'mariadb.cnf')
  const rootSql = join(folder, 'root.sql')
  return {
    name,
    componentClass: 'mysql',
    ports: [port],
    after: [],
    async prepare() {
      await makePrivateDir(folder)
      await provideData(flavour, folder)
      await makePrivateDir(join(folder, 'data'))
      await writePrivateFile(rootSql, rootStatements(rootPassword))
    },
    command: {
      file,
      args: [
        ...firstArgs,
        `--defaults-file=${settings}`,
        ...serverPaths(flavour, databaseDir),
        `--datadir=${join(folder, 'data')}`,
        `--server-id=${options.serverId}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        // Relative to the data folder, whose whole path may be longer than a socket's name can be.
        '--socket=mysql.sock',
        '--pid-file=mysql.pid',
        `--init-file=${rootSql}`,
        `--innodb-buffer-pool-size=${options.bufferPoolMb}M`,
        `--local-infile=${options.localInfile ? 'ON' : 'OFF'}`,
        // 100 MB a server, for statistics that are not used here.
        '--performance-schema=OFF',
        // MariaDB makes an RSA key of 4096 bits at every start, which took from 1 to 26 s; this is loopback.
        ...(flavour === 'mariadb' ? ['--skip-ssl'] : []),
      ],
    },
    isReady: () => askServer({ port, user: 'root', password: rootPassword }, async () => true),
    settle: options.settle,
    // After a kill, InnoDB and the binlog recover first.
    readyWithinMs: 120_000,
    beforeStop: () => askServer({ port, user: 'root', password: rootPassword }, endBinlogReaders),
    stopWithinMs: 60_000,
  }
}

/** MySQL's shutdown waits up to 8 s for a reader of its binlog that is gone already (9.7: 5.6 s, after this 1.3 s). */
async function endBinlogReaders(root: Connection): Promise<void> {
  const readers = "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'"
  const [rows] = await root.query<RowDataPacket[]>(readers)
  for (const { id } of rows) await root.query('KILL ?', [id])
}

/** Root gets its password before the server listens, and an address: names aren't resolved. */
function rootStatements(password: string): string {
  return [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;",
    '',
  ].join('\n')
}

/** Where a restored server's data wait, whole, for the old ones to make room. */
export const RESTORED_DATA = 'data.restored'

/**
 * A server whose data have been moved aside goes on with restored ones if there are any: so a restore that was killed
 * between two renames is finished by the next start. A new server begins with a copy of the folder that was
 * initialised at set-up.
 */
async function provideData(flavour: Flavour, folder: string): Promise<void> {
  const data = join(folder, 'data')
  if (await exists(data)) return
  const restored = join(folder, RESTORED_DATA)
  if (await exists(restored)) return rename(restored, data)
  const unfinished = `${data}.new`
  await rm(unfinished, { recursive: true, force: true })
  const empty = join(pieceDir(emptyDataPiece(flavour, '')), 'data')
  await runCommand('cp', ['-a', '--reflink=auto', '--sparse=always', empty, unfinished])
  // The server's identity: two servers with one would give different transactions the same GTID.
  await rm(join(unfinished, 'auto.cnf'), { force: true })
  await rename(unfinished, data)
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}
