import { join } from 'node:path'
import { parseArguments } from '@shelfwire/platform'
import { expect, test } from 'vitest'
import { chaosOptions, chaosSpec } from './options.ts'
import { isSound, reportText } from './report/summary.ts'
import { runChaos } from './run-chaos.ts'

/** A folder and ports of its own, beside the platform that the other end-to-end tests share. */
const dataDir = join(import.meta.dirname, '../../.data/test-chaos')
const portBase = 24_000
/** Between them t1355 and t1355.2 draw every kind of fault in nine seconds each, and none that lasts long. */
const SEED = 't1355'

test('I1 to I7, I10 to I17: two seeds of every kind of fault, on a platform that sells, violate no invariant', async () => {
  const options = chaosOptions(parseArguments(['--seeds', '2', '--seconds', '9', '--seed', SEED], chaosSpec))
  const lines: string[] = []
  const run = await runChaos(options, { dataDir, portBase, say: (line) => lines.push(line) })
  expect(isSound(run), `${lines.join('\n')}\n${reportText(run, options)}`).toBe(true)
  expect(run.outcomes.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(300)
}, 300_000)
