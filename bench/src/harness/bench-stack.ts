import { join } from 'node:path'
import type { DatabaseAddress } from '@shelfwire/mysql'
import { type Stack, startStack } from '@shelfwire/platform'

/** Apart from the default ports of an installation and those of tests. */
const PORT_BASE = 31_000
export const DATA_DIR = join(import.meta.dirname, '../../../.data/bench')

/** Aborts a bench, and its installation with it. */
export const interruption = new AbortController()

/** An empty installation of its own with these components; it is stopped when disposed of. */
export function startBenchStack(
  components: readonly string[],
  { stores = 1, say }: { stores?: number; say: (line: string) => void },
): Promise<Stack> {
  say(`starting ${components.join(', ')}`)
  const only = components.length === 0 ? undefined : [...components]
  const { signal } = interruption
  return startStack({ dataDir: DATA_DIR, portBase: PORT_BASE, stores, only, fresh: true, signal })
}

/** A further port of the bench, outside those of the installation. */
export function benchPort(index: number): number {
  return PORT_BASE + 900 + index
}

/** A database on one of the installation's servers, as root. */
export function rootAddress(stack: Stack, owner: string, database: string): DatabaseAddress {
  const secrets = stack.secrets.databases[owner]
  if (secrets === undefined) throw new Error(`no secrets for ${owner}`)
  const number = Number(owner.replace('store-', ''))
  const port = owner === 'central' ? stack.ports.mysqlCentral : stack.ports.mysqlStore(number)
  return { host: '127.0.0.1', port, user: 'root', password: secrets.root, database }
}
