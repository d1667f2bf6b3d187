/** `npm run format`: formats every file as `npm run check` requires, and sorts imports. Arguments name files or folders. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const places = process.argv.slice(2)
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/@biomejs/biome/bin/biome'),
    'check',
    '--write',
    ...(places.length > 0 ? places : ['.']),
  ],
  { cwd: root, stdio: 'inherit' },
)
process.exit(status ?? 1)
