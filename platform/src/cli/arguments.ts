import { parseArgs } from 'node:util'
import { findDataDir } from '../find-data-dir.ts'
import { type Flavour, PORTS } from '../layout.ts'

/** A command line that can't be understood; the message names what can. Exit code 2. */
export class UsageError extends Error {
  readonly code = 'usage'
}

type Option = { type: 'boolean' | 'string'; short?: string; help: string }
export type OptionSpec = Record<string, Option>

/** Options every command takes. */
export const commonOptions = {
  data: { type: 'string', help: 'DIR: the data folder (default .data/mysql or .data/mariadb)' },
  db: { type: 'string', help: 'mysql|mariadb: which default data folder, and which server for a new one' },
  'port-base': {
    type: 'string',
    help: 'N: the first of its ports (default 13000, or what the folder had last)',
  },
  help: { type: 'boolean', short: 'h', help: 'this text' },
} satisfies OptionSpec

export type Parsed = { values: Record<string, string | boolean | undefined>; positionals: string[] }

/** Parses a command's arguments; throws `UsageError` naming the legal options. */
export function parseArguments(argv: string[], spec: OptionSpec, positionalsAllowed = 0): Parsed {
  const options = Object.fromEntries(
    Object.entries({ ...spec, ...commonOptions }).map(([name, { type, short }]: [string, Option]) => [
      name,
      short ? { type, short } : { type },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      options,
      allowPositionals: positionalsAllowed > 0,
    })
    const tooMany = positionals[positionalsAllowed]
    if (tooMany !== undefined) throw new Error(`Unexpected argument '${tooMany}'`)
    return { values: values as Parsed['values'], positionals }
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`)
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)
    throw new UsageError(`${reason}. Options are ${names.join(', ')}.`)
  }
}

/** An option that is a whole number in a range; undefined when it wasn't given. */
export function integerOption(parsed: Parsed, name: string, from: number, to: number): number | undefined {
  const text = parsed.values[name]
  if (text === undefined) return undefined
  const number = Number(text)
  if (!/^\d+$/.test(String(text)) || number < from || number > to) {
    throw new UsageError(`--${name} ${text}: must be a whole number from ${from} to ${to}`)
  }
  return number
}

/** The first port; the highest one counted from it, 299 above, must be a legal port, too. */
export function portBaseOption(parsed: Parsed): number | undefined {
  return integerOption(parsed, 'port-base', 1024, 65_536 - PORTS)
}

export function flavourOption(parsed: Parsed): Flavour | undefined {
  const { db } = parsed.values
  if (db === undefined || db === 'mysql' || db === 'mariadb') return db
  throw new UsageError(`--db ${db}: must be mysql or mariadb`)
}

export function dataOption(parsed: Parsed): string | undefined {
  const { data } = parsed.values
  if (typeof data !== 'string') return undefined
  // Kafka Connect and Java's class path take a colon for a separator.
  if (data === '' || /[:}]/.test(data))
    throw new UsageError(`--data ${data}: must be a path without ':' or '}'`)
  return data
}

/** The data folder a command is about, by what was given on its command line. */
export async function chooseDataDir(parsed: Parsed): Promise<string> {
  return findDataDir({ dataDir: dataOption(parsed), flavour: flavourOption(parsed) })
}

/** The text of `--help`. */
export function helpText(usage: string, spec: OptionSpec): string {
  const lines = Object.entries({ ...spec, ...commonOptions }).map(
    ([name, { help }]) => `  ${`--${name}`.padEnd(12)} ${help}`,
  )
  return [usage, '', ...lines].join('\n')
}
