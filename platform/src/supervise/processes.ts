import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { type ComponentClass, stopOrder } from './component.ts'

/** The variables by which a process is known, in /proc, to belong to an installation, and as what. */
const OWNER_VARIABLE = 'SHELFWIRE_INSTALLATION'
const CLASS_VARIABLE = 'SHELFWIRE_PART_CLASS'
const NAME_VARIABLE = 'SHELFWIRE_PART'

/** Marks a process, and all that it starts, as this installation's. */
export function ownerMark(
  dataDir: string,
  { name, componentClass }: { name: string; componentClass: ComponentClass },
): Record<string, string> {
  return { [OWNER_VARIABLE]: dataDir, [CLASS_VARIABLE]: componentClass, [NAME_VARIABLE]: name }
}

/**
 * Every living process that this installation started, whatever its parent is now; of one class or component if asked. The
 * kernel keeps the mark as long as the process lives: no pid file can be stale, and a pid used again is never
 * mistaken.
 */
export async function processesOf(
  dataDir: string,
  { name, componentClass }: { name?: string; componentClass?: ComponentClass } = {},
): Promise<number[]> {
  const marks = [
    `${OWNER_VARIABLE}=${dataDir}`,
    ...(componentClass ? [`${CLASS_VARIABLE}=${componentClass}`] : []),
    ...(name ? [`${NAME_VARIABLE}=${name}`] : []),
  ]
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // Other users' processes can't be read, and zombies have nothing to read: neither is ours to end.
      const environment = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0')
      return marks.every((mark) => environment.includes(mark)) ? [pid] : []
    }),
  )
  return marked.flat().filter((pid) => pid !== process.pid)
}

/** Ends what an earlier run left behind, class by class as in an orderly stop. Returns how many there were. */
export async function endLeftovers(dataDir: string): Promise<number> {
  const found = await processesOf(dataDir)
  if (found.length === 0) return 0
  for (const componentClass of stopOrder) await endAll(() => processesOf(dataDir, { componentClass }))
  return found.length
}

/** Ends what is left of one component whose supervisor was killed. */
export async function endLeftoversOf(dataDir: string, name: string): Promise<void> {
  await endAll(() => processesOf(dataDir, { name }))
}

/** Asks processes to end, waits, and kills those that don't. */
async function endAll(find: () => Promise<number[]>, withinMs = 15_000): Promise<void> {
  for (const pid of await find()) endGently(pid)
  const deadline = Date.now() + withinMs
  for (;;) {
    const left = await find()
    if (left.length === 0) return
    if (Date.now() > deadline) for (const pid of left) signal(pid, 'SIGKILL')
    await wait(50)
  }
}

/** Asks a process to end, also one that was stopped with SIGSTOP. */
export function endGently(pid: number): void {
  signal(pid, 'SIGTERM')
  signal(pid, 'SIGCONT')
}

/** Sends a signal; a process that is gone already needs none. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Resident memory in MB, from the kernel; null when the process is gone. */
export async function memoryMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kilobytes ? Math.round(Number(kilobytes) / 1024) : null
}
