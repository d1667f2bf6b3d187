/** What was last answered, and whether the one asked is silent now. */
export interface Answered<T> {
  /** Undefined until there was an answer. */
  value: T | undefined
  /** Why there is no newer one; null when there is. */
  trouble: string | null
}

/**
 * Asks someone who may not answer: one question at a time, an answer good for `keepMs`, and after `deadlineMs` the
 * last one together with the trouble. Whoever reads is never kept waiting longer, and never throws.
 */
export function askAtMost<T>(
  ask: () => Promise<T>,
  { keepMs, deadlineMs }: { keepMs: number; deadlineMs: number },
): () => Promise<Answered<T>> {
  let last: Answered<T> = { value: undefined, trouble: 'not asked yet' }
  let answeredAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined

  async function askOnce(): Promise<void> {
    try {
      last = { value: await ask(), trouble: null }
    } catch (error) {
      last = { value: last.value, trouble: error instanceof Error ? error.message : String(error) }
    }
    answeredAt = performance.now()
    running = undefined
  }

  return async () => {
    if (performance.now() - answeredAt < keepMs) return last
    running ??= askOnce()
    let timer: NodeJS.Timeout | undefined
    const silent = new Promise<'silent'>((resolve) => {
      timer = setTimeout(resolve, deadlineMs, 'silent')
    })
    const outcome = await Promise.race([running, silent])
    clearTimeout(timer)
    return outcome === 'silent' ? { value: last.value, trouble: `no answer for ${deadlineMs} ms` } : last
  }
}
