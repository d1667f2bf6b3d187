import { runService } from '@shelfwire/http'
import { readConfig } from './config.ts'
import { PROJECTIONS } from './projections.ts'
import { startCentralUpdate } from './start.ts'

await runService(() => startCentralUpdate(readConfig(), PROJECTIONS))
