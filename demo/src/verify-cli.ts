/** `npm run verify`: whether every store and central agree, row by row and entry by entry, also while sales go on. */
import { helpText, installationOf, parseArguments } from '@shelfwire/platform'
import { compareAll, openDatabases } from '@shelfwire/verify'
import { comparisonTable, differencesText } from './comparison-table.ts'
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
