import type { DatabaseSecrets } from '@shelfwire/platform'

/** A MySQL server that tests may fill and wipe. */
export interface MysqlServer {
  host: string
  port: number
  secrets: DatabaseSecrets
}

declare module 'vitest' {
  interface ProvidedContext {
    mysqlServers: MysqlServer[]
  }
}
