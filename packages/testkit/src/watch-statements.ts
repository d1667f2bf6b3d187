import type { DatabaseAddress } from '@shelfwire/mysql'
import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'

/** Rows that any statement may read beyond twice those that it returns or changes: a page and its neighbours. */
const ROWS_BESIDE = 2_500
/** Rows that any statement may sort: a page. */
const MAX_SORTED = 1_001

/** A statement that reads far more than it gives, and how the server goes about it. */
export interface CostlyStatement {
  sql: string
  readRows: number
  givenRows: number
  sortedRows: number
  explain: unknown
}

/** A statement that may read more than it gives. */
export interface AllowedStatement {
  statement: RegExp
  reason: string
}

export interface StatementWatch {
  /** One of each kind of statement, the longest, that anybody but root has sent since; ends the watch. */
  stop(): Promise<string[]>
}

/** Records every statement that reaches the server of a test, from whichever connection. */
export async function watchStatements(root: DatabaseAddress): Promise<StatementWatch> {
  const session = await createConnection(root)
  await session.query("SET GLOBAL log_output = 'TABLE'")
  await session.query('TRUNCATE mysql.general_log')
  await session.query('SET GLOBAL general_log = ON')
  return {
    async stop() {
      await session.query('SET GLOBAL general_log = OFF')
      const [rows] = await session.query<RowDataPacket[]>(
        `SELECT CONVERT(argument USING utf8mb4) AS message FROM mysql.general_log
         WHERE command_type IN ('Query', 'Execute') AND user_host NOT LIKE 'root%'`,
      )
      await session.query('TRUNCATE mysql.general_log')
      await session.end()
      // A lane's message is several statements.
      return oneOfEach(rows.flatMap(({ message }) => String(message).split(/;\n/)))
    },
  }
}

/**
 * Runs each statement that reads, in a transaction that is rolled back, and returns those that read or sort many more
 * rows than they give, and the reasons in `allowed` that no such statement needed. Counted by the server's own counters,
 * so no estimate decides.
 */
export async function costlyStatements(
  root: DatabaseAddress,
  statements: readonly string[],
  allowed: readonly AllowedStatement[] = [],
): Promise<{ costly: CostlyStatement[]; unneeded: string[] }> {
  const session = await createConnection({ ...root, dateStrings: true })
  const costly: CostlyStatement[] = []
  const needed = new Set<AllowedStatement>()
  for (const sql of statements) {
    const cost = await costOf(session, sql)
    if (cost.readRows <= 2 * cost.givenRows + ROWS_BESIDE && cost.sortedRows <= MAX_SORTED) continue
    const exception = allowed.find(({ statement }) => statement.test(sql))
    if (exception !== undefined) {
      needed.add(exception)
      continue
    }
    const [explain] = await session.query(`EXPLAIN ${sql}`)
    costly.push({ sql: sql.slice(0, 400), ...cost, explain })
  }
  await session.end()
  return { costly, unneeded: allowed.filter((each) => !needed.has(each)).map(({ reason }) => reason) }
}

async function costOf(session: Connection, sql: string) {
  await session.query('START TRANSACTION')
  await session.query('FLUSH STATUS')
  // What it inserts may be there already; what it read is counted all the same.
  const refused = { affectedRows: 0 }
  const [result] = await session.query<RowDataPacket[] | ResultSetHeader>(sql).catch((error) => {
    if (error.code === 'ER_DUP_ENTRY') return [refused]
    throw error
  })
  const [status] = await session.query<RowDataPacket[]>(
    "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%' OR Variable_name = 'Sort_rows'",
  )
  await session.query('ROLLBACK')
  const count = (wanted: RegExp) =>
    status.filter((row) => wanted.test(row.Variable_name)).reduce((sum, row) => sum + Number(row.Value), 0)
  return {
    readRows: count(/^Handler_read/),
    sortedRows: count(/^Sort_rows/),
    givenRows: Array.isArray(result) ? result.length : result.affectedRows,
  }
}

const READS = /^\s*(\(?SELECT|WITH|UPDATE|DELETE|INSERT[\s\S]*\bSELECT\b)/i

function oneOfEach(statements: readonly string[]): string[] {
  const kinds = new Map<string, string>()
  for (const sql of statements) {
    if (!READS.test(sql) || /@@|information_schema|GET_LOCK/i.test(sql)) continue
    const kind = kindOf(sql)
    if (sql.length > (kinds.get(kind)?.length ?? 0)) kinds.set(kind, sql)
  }
  return [...kinds.values()]
}

/** The statement without its values, so that the same one with others is of the same kind. */
function kindOf(sql: string): string {
  return sql
    .replace(/'(?:[^'\\]|\\.|'')*'/g, '?')
    .replace(/\b\d+(\.\d+)?\b/g, '?')
    .replace(/\(\s*\?(\s*,\s*\?)*\s*\)/g, '(?)')
    .replace(/\(\?\)(\s*,\s*\(\?\))*/g, '(?)')
    .replace(/\s+/g, ' ')
}
