import type { DatabaseAddress } from '@shelfwire/mysql'
import { createConnection } from 'mysql2/promise'
import { fillingSession } from './filling-session.ts'

const MAX_ROWS = 1_000_000

/** A table `numbers (n)` with the numbers from 0 on, `count` of them: to be put before a SELECT that makes rows of them. */
export function numbersBelow(count: number): string {
  return `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})`
}

/** Runs statements that fill tables with up to a million rows each, past the binlog, as root. */
export async function fillTables(root: DatabaseAddress, statements: readonly string[]): Promise<void> {
  const session = await createConnection(root)
  try {
    await session.query(fillingSession(MAX_ROWS))
    for (const sql of statements) await session.query(sql)
  } finally {
    await session.end()
  }
}
