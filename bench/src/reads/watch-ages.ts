const LOOK_EVERY_MS = 50

interface Answer {
  stores?: { freshness: { ageMs: number | null } }[]
}

/** Requests one SKU repeatedly and records the proved age of the oldest row of each answer. */
export function watchAges(url: string, sku: string): { stop: () => string } {
  const ages: number[] = []
  const timer = setInterval(async () => {
    const answer = await fetch(`${url}/v1/availability/${sku}`).then(
      (response) => response.json() as Promise<Answer>,
      () => ({}) as Answer,
    )
    const oldest = Math.max(
      ...(answer.stores ?? []).map(({ freshness }) => freshness.ageMs ?? Number.POSITIVE_INFINITY),
    )
    if (Number.isFinite(oldest)) ages.push(oldest)
  }, LOOK_EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      ages.sort((a, b) => a - b)
      const at = (share: number) => `${ages[Math.floor((ages.length - 1) * share)]} ms`
      return `p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)} (a beat comes once a second), ${ages.length} answers`
    },
  }
}
