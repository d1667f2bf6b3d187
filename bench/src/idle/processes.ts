import { readFile } from 'node:fs/promises'

/** Linux reports processor time in hundredths of a second (USER_HZ). */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4_096

/** Processor time a process has used since its start, in seconds, and the memory it holds, in MB. */
export async function readProcess(pid: number): Promise<{ cpuSeconds: number; residentMb: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name, in brackets, may contain blanks; the fields after it don't.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  const residentMb = (Number(fields[21]) * PAGE_BYTES) / 2 ** 20
  return { cpuSeconds: (user + system) / TICKS_PER_SECOND, residentMb }
}
