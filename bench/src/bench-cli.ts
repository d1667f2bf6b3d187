import { parseArgs } from 'node:util'
import { endLeftovers, Refused, UsageError, untilAborted } from '@shelfwire/platform'
import { centralApply } from './central-apply/central-apply.ts'
import { growth } from './growth/growth.ts'
import type { Bench } from './harness/bench.ts'
import { DATA_DIR, interruption } from './harness/bench-stack.ts'
import { judge, judgementText, verdictOf, worstOf } from './harness/judge.ts'
import { machineText } from './harness/machine.ts'
import { hotSku } from './hot-sku/hot-sku.ts'
import { idle } from './idle/idle.ts'
import { lag } from './lag/lag.ts'
import { reads } from './reads/reads.ts'
import { storeWrites } from './store-writes/store-writes.ts'

const benches: readonly Bench[] = [hotSku, storeWrites, centralApply, reads, lag, growth, idle]
const FEWEST_ROUNDS = 3

const usage = `usage: npm run bench -- NAME [--rounds N]
${benches.map(({ name, about, rounds }) => `  ${name.padEnd(14)} ${about} (${rounds} rounds)`).join('\n')}`

/** Runs one bench; returns 0 only when every goal was reached and nothing was lost, repeated or oversold. */
async function main(argv: string[]): Promise<number> {
  const { values, positionals } = readArguments(argv)
  const bench = benches.find(({ name }) => name === positionals[0])
  if (bench === undefined || positionals.length > 1) throw new UsageError(usage)
  const rounds = Number(values.rounds ?? bench.rounds)
  if (!Number.isInteger(rounds) || rounds < FEWEST_ROUNDS)
    throw new UsageError(`--rounds: must be a whole number from ${FEWEST_ROUNDS}`)

  console.log(`${bench.name}: ${bench.about}`)
  console.log(await machineText())
  const { comparisons, problems } = await untilAborted(
    bench.run({ rounds, say: console.log }),
    interruption.signal,
  )
  const [first, ...others] = comparisons
  const judgements = [judge(first), ...others.map(judge)] as const
  for (const judgement of judgements) console.log(`${judgement.what}: ${judgementText(judgement)}`)
  console.log(
    problems.length === 0 ? 'correct: both sides' : problems.map((line) => `WRONG: ${line}`).join('\n'),
  )
  const worst = worstOf([...judgements])
  const verdict = verdictOf(worst, problems)
  console.log(`bench ${bench.name}: ${judgementText(worst)}, ${verdict}`)
  return verdict === 'ok' ? 0 : 1
}

function readArguments(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: { rounds: { type: 'string' } },
    })
  } catch {
    throw new UsageError(usage)
  }
}

function giveUp(): void {
  // The running round fails when its servers stop; its error is of no interest any more.
  process.on('uncaughtException', () => {})
  interruption.abort(new Refused('interrupted; no result'))
}
for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, giveUp)

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  async (error: unknown) => {
    // The bench's own work continues while its servers are stopped.
    if (interruption.signal.aborted) await endLeftovers(DATA_DIR)
    const isForPeople = error instanceof UsageError || error instanceof Refused
    console.error(isForPeople ? error.message : error)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
