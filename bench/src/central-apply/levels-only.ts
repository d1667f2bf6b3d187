/** central-update without the ledger, the daily sums and the feed of levels: what is left is what the sink writes. */
import { runService } from '@shelfwire/http'
import { combine } from '@shelfwire/mysql'
import { readConfig } from '../../../services/central-update/src/config.ts'
import { levels } from '../../../services/central-update/src/projections/levels/levels.ts'
import type { Projection } from '../../../services/central-update/src/projections/projection.ts'
import { startCentralUpdate } from '../../../services/central-update/src/start.ts'

const levelsWithoutFeed: Projection = {
  read: (scope) => combine([levels.read(scope)], ([{ feed: _, ...batch }]) => batch),
}

await runService(() => startCentralUpdate(readConfig(), [levelsWithoutFeed]))
