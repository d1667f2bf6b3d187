import { progressLine } from '../rebuild/read-progress.ts'
import { rebuildCentral } from '../rebuild/rebuild-central.ts'
import { chooseDataDir, helpText, type OptionSpec, parseArguments } from './arguments.ts'
import { confirm } from './confirm.ts'
import { report } from './report.ts'

const spec: OptionSpec = { yes: { type: 'boolean', help: "don't ask" } }

const intentions = [
  "empty central's levels, ledger, daily sums, cursors and gaps",
  'keep stores, products, prices, margins and commands, and touch nothing in any store: all sell on',
  'read every journal again; until the journal of a store is read completely, central answers no number of it, with a reason',
  'end once a beat has proved each store equal; else fail, naming the stores that got stuck and why',
]

/** `npm run rebuild`: rebuilds central's projection from the stores. */
export async function rebuild(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec)
  if (parsed.values.help) {
    report(helpText('npm run rebuild -- [options]', spec))
    return 0
  }
  await confirm(intentions, parsed.values.yes === true)
  const began = Date.now()
  let shown = ''
  const stores = await rebuildCentral(await chooseDataDir(parsed), {
    log: report,
    onProgress(stores) {
      const line = progressLine(stores)
      if (line !== shown) report(line)
      shown = line
    },
  })
  const seconds = ((Date.now() - began) / 1_000).toFixed(1)
  for (const { id, applied } of stores)
    report(`${id}: proved equal to its store by a beat at seq ${applied?.seq ?? 0}`)
  report(`every store is equal after ${seconds} s; npm run verify compares them row by row`)
  return 0
}
