import { runService } from '@shelfwire/http'
import type { CapabilityMaker } from './capability.ts'
import { forgetEpochs } from './commands/forget-epochs.ts'
import { resync } from './commands/resync/resync.ts'
import { type Config, readConfig } from './config.ts'
import { startStore } from './start.ts'
import { tillWrites } from './writes/writes-capability.ts'

/** What the store can do. A new operation is a folder of its own and a line here. */
const capabilities = ({ skuCaseConflicts }: Config): CapabilityMaker[] => [
  tillWrites({ skuCaseConflicts }),
  () => ({ commands: [resync, forgetEpochs] }),
]

await runService(() => {
  const config = readConfig()
  return startStore(config, capabilities(config))
})
