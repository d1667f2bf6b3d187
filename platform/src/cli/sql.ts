import { createInterface } from 'node:readline/promises'
import type { Connection } from 'mysql2/promise'
import { askServer } from '../database/ask-server.ts'
import { readInstallation } from '../installation.ts'
import { foldersIn, portsFrom } from '../layout.ts'
import { readSecrets } from '../secrets.ts'
import {
  chooseDataDir,
  helpText,
  type OptionSpec,
  type Parsed,
  parseArguments,
  UsageError,
} from './arguments.ts'
import { report } from './report.ts'
import { alignedRows } from './url-table.ts'

/** A person's statement may read a whole table, and the person can end it. */
const ANSWER_WITHIN_MS = 3_600_000

const spec: OptionSpec = {
  execute: { type: 'string', short: 'e', help: '(-e) SQL: run one statement and end' },
  root: { type: 'boolean', help: 'as root; otherwise as the user of the migrations' },
}

/** `npm run sql -- COMPONENT`: a shell on the database of a store or of central. */
export async function sql(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec, 1)
  if (parsed.values.help) {
    report(helpText('npm run sql -- central|store-N [options]', spec))
    return 0
  }
  const { execute } = parsed.values
  const use = async (connection: Connection) => {
    if (typeof execute !== 'string') return shell(connection)
    const problem = await run(connection, execute)
    if (problem) console.error(problem)
    return problem ? 1 : 0
  }
  return askServer(await addressOf(parsed), use, { answerWithinMs: ANSWER_WITHIN_MS })
}

async function addressOf(parsed: Parsed) {
  const dataDir = await chooseDataDir(parsed)
  const installation = await readInstallation(dataDir)
  const { databases = {} } = await readSecrets(foldersIn(dataDir))
  const owner = parsed.positionals[0]?.replace(/^mysql-/, '') ?? ''
  const secrets = databases[owner]
  if (!installation || !secrets) {
    throw new UsageError(
      `name whose database: ${Object.keys(databases).join(', ') || `${dataDir} has none yet`}`,
    )
  }
  const ports = portsFrom(installation.portBase)
  return {
    port: owner === 'central' ? ports.mysqlCentral : ports.mysqlStore(Number(owner.replace('store-', ''))),
    user: parsed.values.root ? 'root' : 'migration',
    password: parsed.values.root ? secrets.root : secrets.migration,
    database: owner === 'central' ? 'central' : 'store',
  }
}

/** Statements end with a semicolon at the end of a line, or with an empty line. */
async function shell(connection: Connection): Promise<number> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: process.stdin.isTTY,
  })
  const prompt = (text: string) => process.stdin.isTTY && process.stdout.write(text)
  prompt('sql> ')
  let statement = ''
  for await (const line of lines) {
    if (/^\s*(exit|quit)\s*;?\s*$/i.test(line)) break
    statement += `${line}\n`
    if (/;\s*$/.test(line) || line.trim() === '') {
      if (statement.trim() !== '') report((await run(connection, statement)) ?? '')
      statement = ''
    }
    prompt(statement === '' ? 'sql> ' : '   > ')
  }
  return 0
}

/** Runs a statement and prints its answer; returns what the server has against it, if anything. */
async function run(connection: Connection, statement: string): Promise<string | null> {
  try {
    const [rows, fields] = await connection.query({ sql: statement, rowsAsArray: true })
    if (!Array.isArray(rows)) report(`${rows.affectedRows} rows affected`)
    else {
      const cells = rows.map((row) => (Array.isArray(row) ? row : [row]).map(cellText))
      report(alignedRows([fields.map((field) => field.name), ...cells]))
    }
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function cellText(value: unknown): string {
  if (value === null) return 'NULL'
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
