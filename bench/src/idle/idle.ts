import { setTimeout as pause } from 'node:timers/promises'
import type { Stack } from '@shelfwire/platform'
import type { Bench } from '../harness/bench.ts'
import { startBenchStack } from '../harness/bench-stack.ts'
import type { Comparison } from '../harness/judge.ts'
import { readProcess } from './processes.ts'

const STORES = 3
/** JIT compilers and caches warm up. */
const SETTLE_MS = 30_000
const ROUND_MS = 20_000

/** Processor time and memory of the platform without load. */
export const idle: Bench = {
  name: 'idle',
  about: 'processor time and memory of each process of a platform with 3 stores and no load',
  rounds: 3,
  async run({ rounds, say }) {
    await using stack = await startBenchStack([], { stores: STORES, say })
    await pause(SETTLE_MS)
    const pids = await pidsOf(stack)
    const node: number[] = []
    const connect: number[] = []
    for (let round = 1; round <= rounds; round += 1) {
      const shares = await measureShares(pids)
      const sum = (names: readonly string[]) =>
        names.reduce((total, name) => total + (shares.get(name) ?? Number.NaN), 0)
      node.push(sum([...pids.keys()].filter(isNode)))
      connect.push(sum(['connect']))
      say(
        `  round ${round}  ${[...shares].map(([name, share]) => `${name} ${share.toFixed(1)} %`).join('  ')}`,
      )
    }
    const megabytes = await Promise.all(
      [...pids].map(async ([name, pid]) => `${name} ${(await readProcess(pid)).residentMb.toFixed(0)}`),
    )
    say(`  memory in MB: ${megabytes.join(', ')}`)
    const share = (what: string, label: string, goal: number, values: number[]): Comparison => {
      return { what, label, unit: '% of a core', goalIs: 'at most', goal, values }
    }
    return {
      comparisons: [
        share('the services and the supervisor together', 'Node', 10, node),
        share('Connect', 'Connect', 20, connect),
      ],
      problems: [],
    }
  },
}

async function pidsOf(stack: Stack): Promise<Map<string, number>> {
  const { components } = await stack.status()
  const pids = new Map(components.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid] as const])))
  // This process runs the components, as `npm start` would.
  return pids.set('supervisor', process.pid)
}

/** Our own programs; the others are MySQL and Java. */
function isNode(name: string): boolean {
  return name === 'supervisor' || name.startsWith('central-') || name.startsWith('store-')
}

/** Per cent of one core, by process, over one round. */
async function measureShares(pids: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const read = () => Promise.all([...pids.values()].map(readProcess))
  const [beganMs, before] = [performance.now(), await read()]
  await pause(ROUND_MS)
  const [after, seconds] = [await read(), (performance.now() - beganMs) / 1_000]
  return new Map(
    [...pids.keys()].map((name, index) => {
      const used = (after[index]?.cpuSeconds ?? 0) - (before[index]?.cpuSeconds ?? 0)
      return [name, (used / seconds) * 100]
    }),
  )
}
