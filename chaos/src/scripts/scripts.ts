import { badRecords100 } from './bad-records-100.ts'
import { binlogsPurged } from './binlogs-purged.ts'
import { centralClocks } from './central-clocks.ts'
import { centralWiped } from './central-wiped.ts'
import { columnAdded } from './column-added.ts'
import { exitsCentral } from './exits-central.ts'
import { exitsStore } from './exits-store.ts'
import { fullDiskBroker } from './full-disk-broker.ts'
import { fullDiskStore } from './full-disk-store.ts'
import { kafkaWiped } from './kafka-wiped.ts'
import { lastEntriesLost } from './last-entries-lost.ts'
import { offsetsReset } from './offsets-reset.ts'
import { registryAway } from './registry-away.ts'
import { restoreOlder } from './restore-older.ts'
import type { Script } from './script.ts'
import { topicRecreated } from './topic-recreated.ts'
import { twoCentrals } from './two-centrals.ts'
import { twoServices } from './two-services.ts'

/** What `--script` can name, in the order in which `all` runs them. */
export const SCRIPTS: readonly Script[] = [
  columnAdded,
  registryAway,
  binlogsPurged,
  lastEntriesLost,
  twoServices,
  exitsStore,
  restoreOlder,
  fullDiskStore,
  offsetsReset,
  badRecords100,
  exitsCentral,
  twoCentrals,
  centralClocks,
  topicRecreated,
  fullDiskBroker,
  kafkaWiped,
  centralWiped,
]
