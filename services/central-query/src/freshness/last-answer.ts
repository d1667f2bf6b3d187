/** The last answer, and why there is no newer one. */
export interface Answered<T> {
  /** Undefined until there was an answer. */
  value: T | undefined
  /** Why there is no newer one; null when there is. */
  trouble: string | null
  /** For how long requests have succeeded again after an outage, in ms; null when no outage was seen. */
  backForMs: number | null
}

/**
 * Caches the answers of a server that may not answer: one request at a time, an answer kept for `keepMs`, and after
 * `deadlineMs` the last one together with the error. The returned function never waits longer and never throws.
 */
export function createLastAnswer<T>(
  ask: () => Promise<T>,
  { keepMs, deadlineMs }: { keepMs: number; deadlineMs: number },
): () => Promise<Answered<T>> {
  let last: Pick<Answered<T>, 'value' | 'trouble'> = { value: undefined, trouble: 'not asked yet' }
  let wasSilent = false
  let backAt: number | null = null
  let answeredAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  async function askOnce(): Promise<void> {
    try {
      last = { value: await ask(), trouble: null }
      if (wasSilent) backAt = performance.now()
      wasSilent = false
    } catch (error) {
      wasSilent = true
      backAt = null
      last = { value: last.value, trouble: error instanceof Error ? error.message : String(error) }
    }
    answeredAt = performance.now()
    running = undefined
  }

  function answer(): Answered<T> {
    return { ...last, backForMs: backAt === null ? null : performance.now() - backAt }
  }

  return async () => {
    if (performance.now() - answeredAt < keepMs) return answer()
    running ??= askOnce()
    let timer: NodeJS.Timeout | undefined
    const silent = new Promise<'silent'>((resolve) => {
      timer = setTimeout(resolve, deadlineMs, 'silent')
    })
    const outcome = await Promise.race([running, silent])
    clearTimeout(timer)
    if (outcome !== 'silent') return answer()
    return { value: last.value, trouble: `no answer for ${deadlineMs} ms`, backForMs: null }
  }
}
