import { setTimeout as pause } from 'node:timers/promises'
import { readFreshness } from '@shelfwire/verify'
import { storeIdsOf } from '../stage.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'

/** Longer than any converter, by its own defaults, trusts the schemas that it has. */
const AWAY_MS = 75_000
const LOOK_EVERY_MS = 500

/** The registry stands still, with every connection open: nobody who knows the schemas may need it. */
export const registryAway: Script = {
  name: 'registry-away',
  about: 'the registry says nothing, and no store may be the older for it',
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
      `the oldest numbers meanwhile: ${storeId}'s, ${ageMs} ms, ${(atMs / 1_000).toFixed(1)} s after that`,
    )
    if (oldest.state === 'fresh') return
    const detail = `${oldest.state} while the registry was away: ${oldest.why}`
    scene.blame({ invariant: 'I14', harm: 'other', storeId, detail })
  },
}

/** What was said of the store whose numbers were older than any others meanwhile, and when. */
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
