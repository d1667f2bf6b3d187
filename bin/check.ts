/** `npm run check`: format, lint, types and the tests that need no server. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

function run(what: string, script: string, args: string[]): void {
  console.log(`\n▸ ${what}`)
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

run('format and lint', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])
run('types', 'typescript/bin/tsc', ['--project', '.'])
run('fast tests', 'vitest/vitest.mjs', ['run', '--project', 'unit', ...process.argv.slice(2)])
