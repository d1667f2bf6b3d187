import type { Stage } from '../stage.ts'

/** A store's position, from its own status. Throws when it doesn't answer. */
export async function storeStatus(
  { stack }: Stage,
  store: number,
): Promise<{ epoch: number; lastSeq: number }> {
  const response = await fetch(`${stack.urls.store(store)}/v1/status`, { signal: AbortSignal.timeout(5_000) })
  if (!response.ok) throw new Error(`store ${store} answers ${response.status}`)
  return (await response.json()) as { epoch: number; lastSeq: number }
}
