import { join } from 'node:path'
import type { Stack } from '@shelfwire/platform'
import { benchPort, rootAddress } from '../harness/bench-stack.ts'
import { drive } from '../harness/load.ts'
import { startProcess } from '../harness/peer-process.ts'
import { readProcess } from '../idle/processes.ts'
import { skuOfRank } from '../journal/fill-journal.ts'

const MAIN = join(import.meta.dirname, '../../../services/central-query/src/main.ts')
/** What V8 is given, in MB. */
const HEAP_MB = 400
/** Rows that may be cached: SKUs, and their levels. */
const CACHED_ROWS = 100_000
const FULL_AT = 20_000
const ASKED = 200_000
const SKUS_PER_BATCH = 100
const CONNECTIONS = 8
/**
 * What the process holds outside that heap: the program itself, young objects, buffers. A bound on growth would judge V8:
 * what is forgotten stays until its next full collection, which it starts when the heap has about doubled. With 200,000
 * rows, 130 MB were in use after each collection, and the process grew from 334 to 487 MB; given 400 MB, to 393.
 */
const MAX_OUTSIDE_HEAP_MB = 180

/** Asks for many times as many SKUs as central-query may cache; returns what is wrong with the memory that it then holds. */
export async function memoryProblems(stack: Stack, say: (line: string) => void): Promise<string[]> {
  const { port } = rootAddress(stack, 'central', 'central')
  await using query = await startProcess({
    script: MAIN,
    port: benchPort(3),
    nodeArgs: [`--max-old-space-size=${HEAP_MB}`],
    env: {
      MYSQL_PORT: String(port),
      MYSQL_USER: 'query',
      MYSQL_PASSWORD: stack.secrets.query,
      MYSQL_DATABASE: 'central',
      CACHE_ROWS: String(CACHED_ROWS),
    },
  })
  await askFor(query.url, 0, FULL_AT)
  const full = await readProcess(query.pid)
  const statuses = await askFor(query.url, FULL_AT, ASKED)
  const later = await readProcess(query.pid)
  const cached = await metric(query.url, 'shelfwire_cache_rows')
  say(
    `  central-query caches ${cached} rows (${CACHED_ROWS} allowed) of ${ASKED} SKUs asked for: ` +
      `${full.residentMb.toFixed(0)} MB after ${FULL_AT}, ${later.residentMb.toFixed(0)} MB later`,
  )
  return [
    ...(cached <= CACHED_ROWS ? [] : [`central-query caches ${cached} rows, ${CACHED_ROWS} are allowed`]),
    ...(later.residentMb <= HEAP_MB + MAX_OUTSIDE_HEAP_MB
      ? []
      : [`central-query holds ${later.residentMb.toFixed(0)} MB, ${HEAP_MB} of heap were given`]),
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
