import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { DELIBERATE_BUGS, findNamed, spoil } from './deliberate-bugs.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const bug = findNamed(DELIBERATE_BUGS, process.env.DELIBERATE_BUG)

/** Runs one test file against the source with one bug in it, on the servers of the run that asked for it. */
export default defineConfig({
  root: ROOT,
  plugins: [
    {
      name: 'deliberate-bug',
      enforce: 'pre',
      transform: (source, id) => spoil(bug, relative(ROOT, id), source),
    },
  ],
  test: {
    include: bug.caughtBy === null ? [] : [bug.caughtBy],
    provide: { mysqlServers: JSON.parse(process.env.MYSQL_SERVERS ?? '[]') },
    testTimeout: 10_000,
    hookTimeout: 30_000,
    bail: 1,
    // vitest's cache would serve modules of an earlier run, without this bug.
    fsModuleCache: false,
  },
})
