import type { Violation } from './violation.ts'

/** I15: every record that central-update has read was applied, a duplicate, or parked. Asked of the process itself. */
export async function checkConsumed(centralUpdateUrl: string): Promise<Violation[]> {
  const response = await fetch(`${centralUpdateUrl}/metrics`, { signal: AbortSignal.timeout(5_000) })
  const text = await response.text()
  const consumed = sumOf(text, 'shelfwire_records_consumed_total')
  const settled = sumOf(text, 'shelfwire_records_total')
  if (consumed === settled) return []
  const detail = `${consumed} records consumed, ${settled} applied, duplicate or parked`
  return [{ invariant: 'I15', harm: 'other', storeId: 'central', detail }]
}

/** The sum of a metric over all its labels. */
function sumOf(text: string, name: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
