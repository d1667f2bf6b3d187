import { setTimeout as pause } from 'node:timers/promises'

const LOOK_AGAIN_MS = 50

/** Looks again and again until it is so; a look that fails is a look like no. Throws after `withinMs`. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 120_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (
    !(await Promise.resolve()
      .then(isSo)
      .catch(() => false))
  ) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1_000} s`)
    await pause(LOOK_AGAIN_MS)
  }
}
