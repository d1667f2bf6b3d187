import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { command, findInstallation, type Place, type StackStatus, urlsOf } from '@shelfwire/platform'
import { testFlavour } from '@shelfwire/testkit/flavour'

const root = join(import.meta.dirname, '../..')
const stackCli = join(root, 'platform/src/cli.ts')

/** The platform that all end-to-end tests share: a folder and ports of its own, beside whatever else runs. */
export const dataDir = join(root, '.data/test-e2e')
export const portBase = 21_000
export const urls = urlsOf(portBase)

/** Starts it as people do, in a process of its own, and waits until it is ready. */
export async function startPlatform({ fresh = false } = {}): Promise<void> {
  const place = ['--data', dataDir, '--port-base', String(portBase), '--db', testFlavour()]
  await runStackCli(['start', '--detach', '--no-demo', ...place, ...(fresh ? ['--fresh'] : [])])
}

/** Stops every component in order. */
export async function stopPlatform(): Promise<void> {
  await runStackCli(['stop', '--data', dataDir])
}

/** Where its stores and databases are, as of now. */
export function findPlatform(): Promise<Place> {
  return findInstallation(dataDir)
}

/** What it is doing, asked of the process that runs it. */
export async function platformStatus(): Promise<StackStatus> {
  return (await command(dataDir, 'GET', '/status')) as StackStatus
}

/** A component's process id; throws when it isn't running. */
export async function pidOf(component: string): Promise<number> {
  const { components } = await platformStatus()
  const pid = components.find(({ name }) => name === component)?.pid
  if (pid == null) throw new Error(`${component} isn't running`)
  return pid
}

/** Runs a command of the stack as people do, on this platform's folder; throws with its output when it fails. */
export async function runOnPlatform(...args: string[]): Promise<string> {
  return runStackCli([...args, '--data', dataDir])
}

async function runStackCli(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [stackCli, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with code ${code}:\n${output}`)
  return output
}
