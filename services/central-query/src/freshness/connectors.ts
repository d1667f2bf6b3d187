import { z } from 'zod'

/** A connector as Kafka Connect sees it, its tasks included. */
export interface ConnectorStatus {
  /** RUNNING only when the connector and all its tasks are. */
  state: string
  /** The first line of a failure. */
  reason: string | null
}

const part = z.looseObject({ state: z.string(), trace: z.string().optional() })
const answer = z.record(
  z.string(),
  z.looseObject({ status: z.looseObject({ connector: part, tasks: z.array(part) }) }),
)

/** Reads the status of all connectors from Connect. Shown to people; it doesn't decide freshness. */
export async function readConnectors(connectUrl: string): Promise<Map<string, ConnectorStatus>> {
  const response = await fetch(new URL('/connectors?expand=status', connectUrl), {
    signal: AbortSignal.timeout(1_000),
  })
  if (!response.ok) throw new Error(`Connect answers ${response.status}`)
  const connectors = answer.parse(await response.json())
  return new Map(Object.entries(connectors).map(([name, { status }]) => [name, worstOf(status)]))
}

function worstOf({ connector, tasks }: { connector: z.infer<typeof part>; tasks: z.infer<typeof part>[] }) {
  const parts = [connector, ...tasks]
  const failed = parts.find(({ state }) => state === 'FAILED')
  const halting = failed ?? parts.find(({ state }) => state !== 'RUNNING')
  if (halting !== undefined) {
    return { state: halting.state, reason: halting.trace?.split('\n', 1)[0]?.slice(0, 300) ?? null }
  }
  // A connector without a task reads nothing.
  return tasks.length === 0 ? { state: 'UNASSIGNED', reason: null } : { state: 'RUNNING', reason: null }
}
