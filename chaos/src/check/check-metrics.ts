import type { Violation } from './violation.ts'

/** I15: every record that central-update has read was applied, a duplicate, or parked. Read from the process's own metrics. */
export async function checkConsumed(centralUpdateUrl: string): Promise<Violation[]> {
  const text = await readMetrics(centralUpdateUrl)
  const consumed = sumOf(text, 'shelfwire_records_consumed_total')
  const settled = sumOf(text, 'shelfwire_records_total')
  if (consumed === settled) return []
  const detail = `${consumed} records consumed, ${settled} applied, duplicate or parked`
  return [{ invariant: 'I15', harm: 'other', storeId: 'central', detail }]
}

/** The present value of one metric of a service: the sum over all labels, or over those that contain `labels`. */
export async function readMetric(serviceUrl: string, name: string, labels = ''): Promise<number> {
  return sumOf(await readMetrics(serviceUrl), name, labels)
}

async function readMetrics(serviceUrl: string): Promise<string> {
  const response = await fetch(`${serviceUrl}/metrics`, { signal: AbortSignal.timeout(5_000) })
  return response.text()
}

function sumOf(text: string, name: string, labels = ''): number {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .filter((line) => line.includes(labels))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
