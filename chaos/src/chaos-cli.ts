/** `npm run chaos`: sells on a platform of its own while faults are injected, then checks every invariant. */
import { join } from 'node:path'
import { helpText, parseArguments, portBaseOption, Refused, UsageError } from '@shelfwire/platform'
import { chaosOptions, chaosSpec } from './options.ts'
import { REGRESSIONS } from './regressions.ts'
import { isSound, reportText } from './report/summary.ts'
import { runChaos } from './run-chaos.ts'

const DATA_DIR = join(import.meta.dirname, '../../.data/chaos')
/** Below 32768, where Linux's ephemeral ports begin. */
const PORT_BASE = 28_000

const giveUp = new AbortController()
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.on(name, () => giveUp.abort(new Refused('interrupted: nothing is proved')))

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isForPeople = error instanceof UsageError || error instanceof Refused
  console.error(isForPeople ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
  // The platform is stopped, but the trial that was interrupted would keep polling it.
  if (giveUp.signal.aborted) process.exit()
}

async function main(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, chaosSpec)
  if (parsed.values.help) {
    console.log(helpText('npm run chaos -- [options]', chaosSpec))
    return 0
  }
  const options = chaosOptions(parsed)
  if (options.regressions && REGRESSIONS.length === 0) {
    console.log('no seed has failed so far')
    return 0
  }
  const dataDir = typeof parsed.values.data === 'string' ? parsed.values.data : DATA_DIR
  const portBase = portBaseOption(parsed) ?? PORT_BASE
  console.log(`starting a platform of its own in ${dataDir}`)
  const run = await runChaos(options, { dataDir, portBase, say: console.log, signal: giveUp.signal })
  console.log(reportText(run, options))
  return isSound(run) ? 0 : 1
}
