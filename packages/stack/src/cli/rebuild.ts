import { progressLine } from '../rebuild/read-progress.ts'
import { rebuildCentral } from '../rebuild/rebuild-central.ts'
import { chooseDataDir, helpText, type OptionSpec, parseArguments } from './arguments.ts'
import { confirm } from './confirm.ts'
import { report } from './report.ts'

const spec: OptionSpec = { yes: { type: 'boolean', help: "don't ask" } }

const intentions = [
  "empty central's levels, ledger, daily sums, cursors and holes",
  'keep stores, products, prices, margins and commands, and touch nothing in any store: all sell on',
  'read every journal again; until a store is back, central gives no number of it and says so',
]

/** `npm run rebuild`: makes central's projection anew from the stores. */
export async function rebuild(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec)
  if (parsed.values.help) {
    report(helpText('npm run rebuild -- [options]', spec))
    return 0
  }
  await confirm(intentions, parsed.values.yes === true)
  const began = Date.now()
  let shown = ''
  await rebuildCentral(await chooseDataDir(parsed), {
    log: report,
    onProgress(stores) {
      const line = progressLine(stores)
      if (line !== shown) report(line)
      shown = line
    },
  })
  const seconds = ((Date.now() - began) / 1_000).toFixed(1)
  report(`every store is back after ${seconds} s; npm run verify compares them row by row`)
  return 0
}
