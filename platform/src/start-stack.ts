import type { Server } from 'node:http'
import { type ClaimedPorts, claimPorts } from './claim-ports.ts'
import { claimInstallation } from './control/claim.ts'
import { serveControl } from './control/server.ts'
import { type Installed, install } from './install/install.ts'
import {
  Refused,
  readInstallation,
  settleInstallation,
  wipeInstallation,
  writeInstallation,
} from './installation.ts'
import { defaultDataDir, type Flavour, foldersIn, storeId } from './layout.ts'
import { demoComponents, type Plan, sharedComponents, storeComponents } from './plan.ts'
import { checkPortsFree } from './ports-free.ts'
import { ensureSecrets } from './secrets.ts'
import { Stack } from './stack.ts'
import type { Component } from './supervise/component.ts'
import { endLeftovers } from './supervise/processes.ts'
import { Supervisor } from './supervise/supervisor.ts'
import { plainWiring, type Wiring } from './wiring.ts'

export type StackOptions = {
  /** The data folder's own when left out, else MySQL. */
  flavour?: Flavour | undefined
  dataDir?: string | undefined
  portBase?: number | undefined
  stores?: number | undefined
  /** Only these components, such as `['mysql-central', 'kafka']`; all when left out. */
  only?: string[] | undefined
  /** Wipes the data folder first. */
  fresh?: boolean | undefined
  /** Replays real baskets once everything is up. */
  demo?: boolean | undefined
  /** Puts something between the components; only trials do. */
  wiring?: Wiring | undefined
  log?: ((line: string) => void) | undefined
  /** Gives up starting, or stops what was started. */
  signal?: AbortSignal | undefined
}

/**
 * Sets up what is missing, then starts an installation and waits until every component is ready.
 * Throws `AlreadyRunning`, `Refused` (a request that can't be fulfilled) or `ComponentFailed`; nothing runs then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const log = options.log ?? (() => {})
  const known = options.dataDir ? await readInstallation(options.dataDir) : null
  const wanted = options.flavour ?? known?.flavour ?? 'mysql'
  // What can be refused without fetching anything is refused at once.
  if (options.dataDir && !options.fresh)
    settleInstallation(known, { ...options, flavour: wanted }, options.dataDir)
  const streams = !options.only || options.only.some((name) => /^(kafka|registry|connect)$/.test(name))
  const installed = await untilAborted(install({ flavour: wanted, streams }, log), options.signal)
  // Only now is the flavour certain, and with it the default folder.
  const { root } = foldersIn(options.dataDir ?? defaultDataDir(installed.flavour))
  const claim = await claimInstallation(root)
  try {
    return await startClaimed(claim, root, installed, options)
  } catch (error) {
    claim.close()
    throw error
  }
}

async function startClaimed(
  claim: Server,
  root: string,
  installed: Installed,
  options: StackOptions,
): Promise<Stack> {
  const log = options.log ?? (() => {})
  const leftovers = await endLeftovers(root)
  if (leftovers > 0) log(`ended ${leftovers} processes that an earlier run left behind`)
  if (options.fresh) await wipeInstallation(root)
  const plan = await makePlan(root, installed, options, log)
  const ports = await claimPorts(plan.installation.portBase)
  try {
    return await startPlanned(plan, { claim, ports }, options)
  } catch (error) {
    ports.release()
    throw error
  }
}

async function startPlanned(
  plan: Plan,
  claims: { claim: Server; ports: ClaimedPorts },
  options: StackOptions,
): Promise<Stack> {
  const { stores } = plan.installation
  const numbers = Array.from({ length: stores }, (_, index) => index + 1)
  const all = [...sharedComponents(plan), ...numbers.flatMap((number) => storeComponents(plan, number))]
  const components = chooseComponents(all, options.only)
  await checkPortsFree(components)

  const supervisor = new Supervisor({
    dataDir: plan.folders.root,
    logPath: plan.folders.log,
    log: (line) => stack.log(line),
  })
  const stack = new Stack({ ...plan, log: (line) => stack.log(line) }, supervisor, claims)
  if (options.log) stack.onLog(options.log)
  supervisor.add(components)
  serveControl(claims.claim, stack, plan.secrets.control)
  options.signal?.throwIfAborted()
  options.signal?.addEventListener('abort', () => void stack.stop())
  try {
    await stack.bringUp(
      components.map((component) => component.name),
      numbers,
    )
    if (options.demo) await startDemo(supervisor, plan)
    return stack
  } catch (error) {
    await stack.stop()
    throw error
  }
}

function chooseComponents(all: Component[], only: string[] | undefined): Component[] {
  const unknown = only?.filter((wanted) => !all.some(({ name }) => name === wanted)) ?? []
  if (unknown.length > 0) {
    throw new Refused(
      `no such components: ${unknown.join(', ')}. Components are ${all.map(({ name }) => name).join(', ')}.`,
    )
  }
  return only ? all.filter(({ name }) => only.includes(name)) : all
}

async function makePlan(
  root: string,
  installed: Installed,
  options: StackOptions,
  log: Plan['log'],
): Promise<Plan> {
  const folders = foldersIn(root)
  const wish = { flavour: installed.flavour, stores: options.stores, portBase: options.portBase }
  const installation = settleInstallation(await readInstallation(root), wish, root)
  await writeInstallation(root, installation)
  const owners = ['central', ...Array.from({ length: installation.stores }, (_, index) => storeId(index + 1))]
  const wiring = options.wiring ?? plainWiring
  return { folders, installation, installed, secrets: await ensureSecrets(folders, owners), wiring, log }
}

async function startDemo(supervisor: Supervisor, plan: Plan): Promise<void> {
  const components = demoComponents(plan)
  supervisor.add(components)
  await supervisor.start(components.map((component) => component.name))
}

/**
 * What `work` comes to, or at once the signal's reason. Work that can't be interrupted is left to itself: what an
 * installation fetches is kept whole or not at all.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted()
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([work, aborted])
}
