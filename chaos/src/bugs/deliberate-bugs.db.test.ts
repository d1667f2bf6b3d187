import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, test } from 'vitest'
import { DELIBERATE_BUGS, type DeliberateBug } from './deliberate-bugs.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const CONFIG = join(import.meta.dirname, 'vitest.bug.config.ts')

const narrow = DELIBERATE_BUGS.filter(({ caughtBy }) => caughtBy !== null)

describe('a deliberate bug is caught', () => {
  test.each(narrow)(
    'a test catches the deliberate bug $name: $about',
    async (bug) => {
      const { exitCode, output } = await runItsTest(bug)
      expect(output).toMatch(/Tests\s.*\d+ failed/)
      expect(exitCode).toBe(1)
    },
    120_000,
  )
})

/** Runs the test that must catch the bug, against the source with the bug in it. */
async function runItsTest({ name }: DeliberateBug): Promise<{ exitCode: number | null; output: string }> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--config', CONFIG, '--no-color', '--bail=1'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DELIBERATE_BUG: name,
      MYSQL_SERVERS: JSON.stringify(inject('mysqlServers')),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 110_000,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString()
    })
  }
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, output }
}
