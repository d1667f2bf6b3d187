import { runService } from '@shelfwire/http'
import { startCentralUpdate } from './central-update.ts'
import { readConfig } from './config.ts'

await runService(() => startCentralUpdate(readConfig()))
