import { setTimeout as pause } from 'node:timers/promises'
import { readFreshness } from '@shelfwire/verify'
import { storeIdsOf } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'

/** Longer than any converter caches schemas by its defaults. */
const AWAY_MS = 75_000
const LOOK_EVERY_MS = 500

/** The registry is paused with every connection open: a process that has cached the schemas must not need it. */
export const registryAway: Script = {
  name: 'registry-away',
  about: 'the registry does not answer, and no store may become stale by it',
  async run(scene) {
    // Connectors that have just begun have yet to ask for their schemas.
    for (const storeId of storeIdsOf(scene)) await scene.untilFresh(storeId)
    const oldest = await scene.trouble('registry', `registry: SIGSTOP for ${AWAY_MS / 1_000} s`, async () => {
      scene.stack.kill('registry', 'SIGSTOP')
      try {
        return await watch(scene)
      } finally {
        scene.stack.kill('registry', 'SIGCONT')
      }
    })
    const { storeId, ageMs, atMs } = oldest
    scene.say(
      `the oldest numbers meanwhile: those of ${storeId}, ${ageMs} ms old, ${(atMs / 1_000).toFixed(1)} s after the pause began`,
    )
    if (oldest.state === 'fresh') return
    const detail = `${oldest.state} while the registry was away: ${oldest.why}`
    scene.blame({ invariant: 'I14', harm: 'other', storeId, detail })
  },
}

/** The oldest freshness that central reported of any store meanwhile, and when. */
async function watch({ place }: Scene) {
  const startedAt = Date.now()
  let oldest: { storeId: string; state: string; ageMs: number; why: string | null; atMs: number } | undefined
  for (let atMs = 0; atMs < AWAY_MS; atMs = Date.now() - startedAt) {
    for (const { storeId, state, ageMs, why } of await readFreshness(place.centralQueryUrl)) {
      const age = ageMs ?? Number.POSITIVE_INFINITY
      if (oldest === undefined || age > oldest.ageMs) oldest = { storeId, state, ageMs: age, why, atMs }
    }
    await pause(LOOK_EVERY_MS)
  }
  if (oldest === undefined) throw new Error('central names no store')
  return oldest
}
