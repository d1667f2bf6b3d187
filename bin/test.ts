/**
 * `npm test`: fetches what the platform runs on, then runs every test. Arguments go to vitest, so that
 * `npm test -- packages/lane` runs a part of them.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install } from '@shelfwire/stack'

const root = join(import.meta.dirname, '..')

await install({ flavour: 'mysql', streams: true }, console.log)
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exit(status ?? 1)
