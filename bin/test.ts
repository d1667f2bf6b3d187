/**
 * `npm test`: fetches what the platform runs on, then runs every test. `--db mariadb` runs them on MariaDB; all other
 * arguments go to vitest, so that `npm test -- packages/lane` runs some of them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Flavour, install } from '@shelfwire/platform'
import { FLAVOUR_VARIABLE } from '@shelfwire/testkit/flavour'

const root = join(import.meta.dirname, '..')

const { flavour, vitestArguments } = parse(process.argv.slice(2))

let interrupted = false
let vitest: ReturnType<typeof run> | undefined
process.on('SIGTERM', () => {
  interrupted = true
  vitest?.kill()
})
// Ctrl-C reaches vitest directly, as a member of the terminal's process group.
process.on('SIGINT', () => {
  interrupted = true
})

await install({ flavour, streams: true }, console.log)
if (interrupted) process.exit(1)
vitest = run('node_modules/vitest/vitest.mjs', 'run', ...vitestArguments)
const [status] = await once(vitest, 'exit')
if (interrupted) await stopServers()
process.exit(status ?? 1)

/** Takes `--db` out of the arguments; ends with code 2 when it names no database server. */
function parse(argv: string[]): { flavour: Flavour; vitestArguments: string[] } {
  const at = argv.indexOf('--db')
  if (at === -1) return { flavour: 'mysql', vitestArguments: argv }
  const flavour = argv[at + 1]
  if (flavour !== 'mysql' && flavour !== 'mariadb') {
    console.error(`--db ${flavour ?? ''}: must be mysql or mariadb`)
    process.exit(2)
  }
  return { flavour, vitestArguments: argv.toSpliced(at, 2) }
}

function run(script: string, ...args: string[]) {
  return spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, [FLAVOUR_VARIABLE]: flavour },
  })
}

/** Stops the servers of interrupted tests as `npm stop` does, because one of those platforms has a supervisor. */
async function stopServers(): Promise<void> {
  const folders = await readdir(join(root, '.data')).catch(() => [])
  for (const name of folders.filter((folder) => folder.startsWith('test-')))
    await once(run('platform/src/cli.ts', 'stop', '--data', join(root, '.data', name)), 'exit')
}
