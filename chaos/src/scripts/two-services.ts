import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/platform'
import { until } from '../until.ts'
import { askAsRoot } from './ask-as-root.ts'
import type { Scene } from './scene.ts'
import type { Script } from './script.ts'
import { type SecondService, startSecond } from './second-service.ts'

const STORE = 1
const ID = storeId(STORE)
const TOGETHER_MS = 5_000
/** Longer than MySQL lets a silent session keep its locks (10 s), and than the store tries before it answers 503. */
const PAUSED_MS = 20_000
/** A transaction that waits for a lock so long waits for the paused process. */
const STUCK_MS = 300

/** Two services on one store's database; one of them is paused inside a transaction, and continues. */
export const twoServices: Script = {
  name: 'two-services',
  about: `a second service sells on the database of ${ID}, and is paused inside a transaction`,
  async run(scene) {
    const { stack, tills } = scene
    await using second = await startSecond(scene, 'local-store', {
      STORE_ID: ID,
      KAFKA_BROKERS: stack.urls.brokers,
      REGISTRY_URL: stack.urls.registry,
      MYSQL_HOST: '127.0.0.1',
      MYSQL_PORT: String(stack.ports.mysqlStore(STORE)),
      MYSQL_USER: 'service',
      MYSQL_PASSWORD: stack.secrets.databases[ID]?.service ?? '',
      MYSQL_MAINTENANCE_PASSWORD: stack.secrets.databases[ID]?.maintenance ?? '',
      MYSQL_DATABASE: 'store',
    })
    tills.sideDoors.set(ID, second.url)
    try {
      scene.say(`the tills of ${ID} use both services in turn, also to send again`)
      await pause(TOGETHER_MS)
      // Tills wait: for the paused service, and those of the other for the lock it holds.
      await scene.trouble(ID, 'the second service is stopped inside a transaction', () =>
        pauseProcess(scene, second),
      )
      await pause(TOGETHER_MS)
    } finally {
      tills.sideDoors.delete(ID)
    }
    await scene.untilFresh(ID)
  },
}

async function pauseProcess(scene: Scene, second: SecondService): Promise<void> {
  await until('the second service stopped inside a transaction', () => stopInside(scene, second))
  const since = Date.now()
  try {
    // By its beats: tills that chose the other service hang on it themselves.
    await scene.untilFresh(ID, { since })
    await pause(Math.max(0, since + PAUSED_MS - Date.now()))
  } finally {
    process.kill(second.pid, 'SIGCONT')
    scene.say('the second service wakes up')
  }
}

/** Pauses it; when it wasn't inside a transaction, so that nothing waits for a lock, continues it for another try. */
async function stopInside(scene: Scene, { pid }: SecondService): Promise<boolean> {
  process.kill(pid, 'SIGSTOP')
  await pause(STUCK_MS)
  const [row] = await askAsRoot(
    scene,
    STORE,
    "SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
  )
  if (Number(row?.waiting) > 0) return true
  process.kill(pid, 'SIGCONT')
  return false
}
