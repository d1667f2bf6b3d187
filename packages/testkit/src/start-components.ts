import { join } from 'node:path'
import { Refused, type Stack, startStack } from '@shelfwire/platform'
import { testFlavour } from './flavour.ts'
import type { MysqlServer } from './mysql-server.ts'

/** As many as test files run at a time. */
const SERVERS = 2
/** Far from an installation's own ports; test runs side by side take one each. */
const PORT_BASES = [22_000, 22_400, 22_800, 23_200, 23_600]

/** An empty installation with MySQL servers for the tests and these components, on ports and in a folder of its own. */
export async function startComponents(components: readonly string[]): Promise<Stack> {
  const numbers = Array.from({ length: SERVERS }, (_, index) => index + 1)
  const only = [...numbers.map((number) => `mysql-store-${number}`), ...components]
  const refusals: string[] = []
  for (const portBase of PORT_BASES) {
    const dataDir = join(import.meta.dirname, `../../../.data/test-${portBase}`)
    try {
      return await startStack({
        flavour: testFlavour(),
        dataDir,
        portBase,
        stores: SERVERS,
        only,
        fresh: true,
      })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals.push(error.message)
    }
  }
  throw new Error(`no servers for the tests:\n${refusals.join('\n')}`)
}

/** The servers that tests may fill and wipe. */
export function mysqlServersOf(stack: Stack): MysqlServer[] {
  return Array.from({ length: SERVERS }, (_, index) => {
    const secrets = stack.secrets.databases[`store-${index + 1}`]
    if (secrets === undefined) throw new Error(`no secrets for store-${index + 1}`)
    return { host: '127.0.0.1', port: stack.ports.mysqlStore(index + 1), secrets }
  })
}
