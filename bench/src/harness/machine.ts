import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** The machine of a measurement and its load at the start: a shared machine makes every ratio noisy. */
export async function machineText(): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  const kernel = (await readFile('/proc/sys/kernel/osrelease', 'utf8').catch(() => '')).trim()
  const load = loadavg()[0]?.toFixed(1) ?? '?'
  return `${availableParallelism()} cores of ${model}, ${memory}, Linux ${kernel}, Node ${process.versions.node}; load before the start ${load}`
}
