import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/platform'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { runCommand, startCommand } from './start-command.ts'
import { storeStatus } from './store-status.ts'

const STORE = 2
const ID = storeId(STORE)
const SELL_ON_MS = 6_000
/** Where the restore is killed once it has begun to stop the store (bugs/exits.ts). */
const KILLED_AT = [1, 2, 3, 4, 5, 6, 7].map((nth) => `exit-restore-${nth}`)

/** A store goes back to a backup under load; the restore is killed at each of its steps and run again each time. */
export const restoreOlder: Script = {
  name: 'restore-older',
  about: `${ID} is backed up, sells on, and goes back to the backup, in a restore that is killed at each of its steps`,
  async run(scene) {
    const folder = await mkdtemp(join(tmpdir(), 'shelfwire-backup-'))
    try {
      const file = join(folder, 'backup.sql.gz')
      const madeAt = Date.now()
      const output = await runCommand(scene, 'store', 'backup', '--store', String(STORE), '--file', file)
      const { epoch, seq } = backedUpTo(output)
      await pause(SELL_ON_MS)
      await goBack(scene, file)
      const { epoch: openedEpoch } = await storeStatus(scene, STORE)
      scene.say(`${ID} is in epoch ${openedEpoch}, the backup ended at seq ${seq} of epoch ${epoch}`)
      scene.played.restored.push({ storeId: ID, epoch, seq, openedEpoch, madeAt, backAt: Date.now() })
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

/** `store-2 up to seq 812 of epoch 1, checksum …`. */
function backedUpTo(output: string): { epoch: number; seq: number } {
  const [, seq, epoch] = /up to seq (\d+) of epoch (\d+)/.exec(output) ?? []
  if (seq === undefined || epoch === undefined)
    throw new Error(`the backup's output names no position: ${output}`)
  return { seq: Number(seq), epoch: Number(epoch) }
}

async function goBack(scene: Scene, file: string): Promise<void> {
  const restore = ['store', 'restore', '--store', String(STORE), '--file', file, '--yes']

  // While the backup is loaded and its epoch opened, the store sells on: no fault is registered, so I13 must hold.
  const first = startCommand(scene, restore)
  await first.untilLine(/^loaded/)
  first.kill()
  await first.ended
  scene.say('killed with the backup loaded, before anything was renamed')
  await pause(SELL_ON_MS)
  const { state } = await scene.freshnessOf(ID)
  if (state !== 'fresh')
    scene.blame({
      invariant: 'I13',
      harm: 'other',
      storeId: ID,
      detail: `${state} after a restore that was killed before it changed anything`,
    })

  await scene.trouble(ID, `${ID} is put back, and the restore killed at each step`, async () => {
    const since = Date.now()
    for (const exit of KILLED_AT) {
      const { code, output } = await startCommand(scene, restore, exit).ended
      if (code !== null) throw new Error(`the restore ended with ${code} before ${exit}: ${output}`)
    }
    await scene.untilNotFresh(ID, { since })
    await runCommand(scene, ...restore)
    await scene.untilFresh(ID, { since })
  })
}
