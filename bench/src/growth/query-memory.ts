import { join } from 'node:path'
import type { Stack } from '@shelfwire/stack'
import { benchPort, rootAddress } from '../harness/bench-stack.ts'
import { drive } from '../harness/load.ts'
import { startProcess } from '../harness/peer-process.ts'
import { readProcess } from '../idle/processes.ts'
import { skuOfRank } from '../journal/fill-journal.ts'

const MAIN = join(import.meta.dirname, '../../../services/central-query/src/main.ts')
const REMEMBERED = 20_000
const ASKED = 200_000
const SKUS_PER_BATCH = 100
const CONNECTIONS = 8
/** Well above what the remembered SKUs need, well below what all of them would. */
const MAX_GROWTH_MB = 150

/** Asks for ten times as many SKUs as central-query may remember; says what it holds then, and what is wrong with it. */
export async function memoryProblems(stack: Stack, say: (line: string) => void): Promise<string[]> {
  const { port } = rootAddress(stack, 'central', 'central')
  await using query = await startProcess({
    script: MAIN,
    port: benchPort(3),
    env: {
      MYSQL_PORT: String(port),
      MYSQL_USER: 'service',
      MYSQL_PASSWORD: stack.secrets.databases.central?.service ?? '',
      MYSQL_DATABASE: 'central',
      MEMORY_SKUS: String(REMEMBERED),
    },
  })
  await askFor(query.url, 0, REMEMBERED)
  const full = await readProcess(query.pid)
  const statuses = await askFor(query.url, REMEMBERED, ASKED)
  const later = await readProcess(query.pid)
  const remembered = await metric(query.url, 'shelfwire_memory_skus')
  const grown = later.residentMb - full.residentMb
  say(
    `  central-query remembers ${remembered} SKUs of ${ASKED} asked for (${REMEMBERED} allowed): ` +
      `${full.residentMb.toFixed(0)} MB when full, ${later.residentMb.toFixed(0)} MB later`,
  )
  return [
    ...(remembered <= REMEMBERED
      ? []
      : [`central-query remembers ${remembered} SKUs, ${REMEMBERED} are allowed`]),
    ...(grown <= MAX_GROWTH_MB
      ? []
      : [`central-query grew by ${grown.toFixed(0)} MB after its memory was full`]),
    ...[...statuses].flatMap(([status, count]) =>
      status === 200 ? [] : [`${count} batches were answered ${status}`],
    ),
  ]
}

async function askFor(url: string, fromRank: number, toRank: number): Promise<Map<number, number>> {
  let rank = fromRank
  const { statuses } = await drive({
    url,
    connections: CONNECTIONS,
    next() {
      if (rank >= toRank) return undefined
      const skus = Array.from({ length: SKUS_PER_BATCH }, (_, index) => skuOfRank(rank + index))
      rank += SKUS_PER_BATCH
      return { method: 'POST', path: '/v1/availability', body: JSON.stringify({ skus }) }
    },
  })
  return statuses
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(name) && !each.startsWith('#'))
  return Number(line?.split(' ').at(-1))
}
