/** `npm run verify`: whether every store and central agree, row by row and entry by entry, also while sales go on. */
import { helpText, parseArguments } from '@shelfwire/platform'
import { compareAll } from './compare/compare-all.ts'
import { openDatabases } from './compare/databases.ts'
import { comparisonTable, differencesText } from './compare/summary.ts'
import { installationOf } from './installation.ts'
import { runCli } from './run-cli.ts'

await runCli(async (argv) => {
  const parsed = parseArguments(argv, {})
  if (parsed.values.help) {
    console.log(helpText('npm run verify -- [options]', {}))
    return 0
  }
  const place = await installationOf(parsed)
  await using databases = openDatabases(place.databases)
  const comparisons = await compareAll(databases)
  console.log(comparisonTable(comparisons))
  const differences = differencesText(comparisons)
  if (differences === '') return 0
  console.log(differences)
  return 1
})
