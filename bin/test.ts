/**
 * `npm test`: fetches what the platform runs on, then runs every test. Arguments go to vitest, so that
 * `npm test -- packages/lane` runs a part of them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { install } from '@shelfwire/stack'

const root = join(import.meta.dirname, '..')

let interrupted = false
let vitest: ReturnType<typeof run> | undefined
process.on('SIGTERM', () => {
  interrupted = true
  vitest?.kill()
})
// Ctrl-C reaches vitest by itself, as a member of the terminal's group.
process.on('SIGINT', () => {
  interrupted = true
})

await install({ flavour: 'mysql', streams: true }, console.log)
if (interrupted) process.exit(1)
vitest = run('node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2))
const [status] = await once(vitest, 'exit')
if (interrupted) await stopServers()
process.exit(status ?? 1)

function run(script: string, ...args: string[]) {
  return spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' })
}

/** Stops the servers of tests that were cut off; by `npm stop`'s means, for one platform among them has a supervisor. */
async function stopServers(): Promise<void> {
  const folders = await readdir(join(root, '.data')).catch(() => [])
  for (const name of folders.filter((folder) => folder.startsWith('test-')))
    await once(run('packages/stack/src/cli.ts', 'stop', '--data', join(root, '.data', name)), 'exit')
}
