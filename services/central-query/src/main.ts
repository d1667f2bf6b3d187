import { runService } from '@shelfwire/http'
import { readConfig } from './config.ts'
import { startCentralQuery } from './start.ts'

await runService(() => startCentralQuery(readConfig()))
