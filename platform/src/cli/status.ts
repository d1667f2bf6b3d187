import { command } from '../control/client.ts'
import { urlsOf } from '../plan.ts'
import type { StackStatus } from '../stack.ts'
import { readFreshness } from '../stores.ts'
import { chooseDataDir, helpText, parseArguments } from './arguments.ts'
import { report } from './report.ts'
import { alignedRows } from './url-table.ts'

/** `npm run status`: each component, and how fresh each store is in central. */
export async function status(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, {})
  if (parsed.values.help) {
    report(helpText('npm run status -- [options]', {}))
    return 0
  }
  const running = (await command(await chooseDataDir(parsed), 'GET', '/status')) as StackStatus
  const rows = running.components.map((component) => [
    component.name,
    component.state,
    component.pid?.toString() ?? '-',
    component.port?.toString() ?? '-',
    component.memoryMb === null ? '-' : `${component.memoryMb} MB`,
    String(component.restarts),
  ])
  report(alignedRows([['component', 'state', 'pid', 'port', 'memory', 'restarts'], ...rows]))
  if (running.components.some((component) => component.name === 'central-query')) {
    report(`\n${await freshnessTable(urlsOf(running.installation.portBase).centralQuery)}`)
  }
  return running.components.every((component) => component.state === 'ready' || component.state === 'ended')
    ? 0
    : 1
}

async function freshnessTable(centralQueryUrl: string): Promise<string> {
  try {
    const stores = await readFreshness(centralQueryUrl)
    const rows = stores.map(({ storeId, state, ageMs }) => [
      storeId,
      state,
      ageMs === null ? 'never' : `${ageMs} ms`,
    ])
    return alignedRows([['store', 'freshness', 'age'], ...rows])
  } catch (error) {
    return `central-query does not answer with freshness: ${error instanceof Error ? error.message : error}`
  }
}
