/** `npm run check`: format, lint, types, imports, names and the tests that need no server. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const parser = pathToFileURL(join(import.meta.dirname, 'typescript-6.ts')).href
const places = [
  'packages',
  'services',
  'platform',
  'demo',
  'bench',
  'chaos',
  'tests',
  'bin',
  'vitest.config.ts',
]

function run(what: string, script: string, args: string[] = [], nodeOptions: string[] = []): void {
  console.log(`\n▸ ${what}`)
  const { status } = spawnSync(process.execPath, [...nodeOptions, join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

run('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])
run('types', 'node_modules/typescript/bin/tsc', ['--project', '.'])
run('imports', 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', places, [`--import=${parser}`])
run('names', 'bin/check-words.ts')
run('fast tests', 'node_modules/vitest/vitest.mjs', ['run', '--project', 'unit', ...process.argv.slice(2)])
