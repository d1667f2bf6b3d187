/** `npm run replay`: sells real baskets in every store and verifies that central has them. */
import { setTimeout as pause } from 'node:timers/promises'
import { helpText, installationOf, type Place, parseArguments } from '@shelfwire/platform'
import { differencesText } from './comparison-table.ts'
import { sellForever } from './replay/forever.ts'
import { killEach as killEachComponent } from './replay/kill-each.ts'
import { type ReplayOptions, replayOptions, replaySpec } from './replay/options.ts'
import { createProgress } from './replay/progress.ts'
import { replay } from './replay/replay.ts'
import { isSound, outcomeTable, refusalsText } from './replay/report.ts'
import { runCli } from './run-cli.ts'

/** The longest that a timer can wait, 24 days. */
const FOREVER_MS = 2 ** 31 - 1

await runCli(async (argv) => {
  const parsed = parseArguments(argv, replaySpec)
  if (parsed.values.help) {
    console.log(helpText('npm run replay -- [options]', replaySpec))
    return 0
  }
  const options = replayOptions(parsed)
  const place = await installationOf(parsed)
  const hasEnd = options.seconds !== null || Number.isFinite(options.count)
  if (hasEnd) return replayAndReport(place, options)
  // A sale that is interrupted here is one whose answer the till lost; the store has recorded it or not.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(0))
  await sellForever(place, options)
  return 0
})

async function replayAndReport(place: Place, options: ReplayOptions): Promise<number> {
  const closing = new AbortController()
  // The first Ctrl-C stops selling and reports what was sold; the second one ends at once.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => closing.abort())
  const progress = createProgress()
  const say = (line: string) => progress.say(line)
  const outcome = await replay(place, {
    ...options,
    closing,
    onSale: () => progress.sold(),
    onClose: () => progress.stop(),
    say,
    meanwhile: async () => {
      const { count, rate, seconds, killEach } = options
      progress.start(seconds === null ? count : Math.min(count, rate * seconds))
      const durationMs = seconds === null ? FOREVER_MS : seconds * 1_000
      await Promise.all([
        pause(durationMs, undefined, { signal: closing.signal }).catch(() => {}),
        killEach ? killEachComponent(place, { durationMs, closing: closing.signal, say }) : null,
      ])
    },
  })
  console.log(outcomeTable(outcome))
  for (const text of [
    refusalsText(outcome),
    differencesText(outcome.stores.map((store) => store.comparison)),
  ]) {
    if (text !== '') console.log(text)
  }
  return isSound(outcome) ? 0 : 1
}
