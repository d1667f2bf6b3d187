import { setTimeout as pause } from 'node:timers/promises'
import type { RowDataPacket } from '@shelfwire/mysql'
import { storeId } from '@shelfwire/platform'
import type { Stage } from '../stage.ts'
import { askAsRoot } from './ask-as-root.ts'
import type { Script } from './script.ts'

const STORE = 1
const ID = storeId(STORE)
const COLUMN = 'till_note'
const MEANWHILE_MS = 3_000

/** The next version of the store brings a column that central doesn't know yet; then it is taken back. */
export const columnAdded: Script = {
  name: 'column-added',
  about: `a nullable column is added to the journal of ${ID}, and taken away again`,
  async run(scene) {
    const parkedBefore = await countParked(scene)
    for (const change of [`ADD COLUMN ${COLUMN} VARCHAR(32) NULL`, `DROP COLUMN ${COLUMN}`]) {
      const since = Date.now()
      await askAsRoot(scene, STORE, `ALTER TABLE journal ${change}`)
      scene.say(`${change}: took ${Date.now() - since} ms`)
      await scene.untilFresh(ID, { since })
      await pause(MEANWHILE_MS)
    }
    const parked = (await countParked(scene)) - parkedBefore
    if (parked === 0) return
    const detail = `${parked} records were parked because of a column that central doesn't know`
    scene.blame({ invariant: 'I14', harm: 'other', storeId: ID, detail })
  },
}

async function countParked({ databases }: Stage): Promise<number> {
  const [rows] = await databases.central.query<RowDataPacket[]>(
    'SELECT COUNT(*) AS parked FROM central.parked WHERE store_id = ?',
    [ID],
  )
  return Number(rows[0]?.parked)
}
