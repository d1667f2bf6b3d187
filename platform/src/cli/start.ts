import { isDeepStrictEqual } from 'node:util'
import { command, NotRunning } from '../control/client.ts'
import { Refused, settleInstallation } from '../installation.ts'
import { foldersIn, mostStores } from '../layout.ts'
import type { StackStatus } from '../stack.ts'
import { type StackOptions, startStack } from '../start-stack.ts'
import {
  chooseDataDir,
  dataOption,
  flavourOption,
  helpText,
  integerOption,
  type OptionSpec,
  type Parsed,
  parseArguments,
  portBaseOption,
} from './arguments.ts'
import { startDetached } from './detach.ts'
import { report, reportToParent } from './report.ts'
import { urlTable } from './url-table.ts'

const spec: OptionSpec = {
  detach: { type: 'boolean', help: 'return when everything is ready' },
  stores: { type: 'string', help: 'N: how many stores (default 3, or as many as the folder has)' },
  'no-demo': { type: 'boolean', help: 'replay no baskets' },
  fresh: { type: 'boolean', help: 'wipe the data first' },
  only: { type: 'string', help: 'COMPONENT,...: start only these components' },
  component: {
    type: 'string',
    help: 'COMPONENT: start a component that was stopped with npm stop -- --component',
  },
  'add-store': { type: 'boolean', help: 'add the next store to the running stack' },
}

/** `npm start`: the whole platform, in the foreground unless `--detach`. */
export async function start(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec)
  const { help, component, detach } = parsed.values
  if (help) {
    report(helpText('npm start -- [options]', spec))
    return 0
  }
  if (component) return commandRunning(parsed, `/components/${component}/start`)
  if (parsed.values['add-store']) return commandRunning(parsed, '/stores')
  const options = stackOptions(parsed)
  const dataDir = await chooseDataDir(parsed)
  if (await isUpAlready(options, dataDir)) return 0
  if (!detach) return runHere(options)
  const arguments_ = argv.filter((each) => each !== '--detach')
  return startDetached(arguments_, foldersIn(dataDir).log('supervisor'))
}

function stackOptions(parsed: Parsed): StackOptions {
  const { only, fresh } = parsed.values
  return {
    flavour: flavourOption(parsed),
    dataDir: dataOption(parsed),
    portBase: portBaseOption(parsed),
    stores: integerOption(parsed, 'stores', 1, mostStores),
    only: typeof only === 'string' ? only.split(',') : undefined,
    fresh: fresh === true,
    demo: !parsed.values['no-demo'] && only === undefined,
  }
}

/** Shows where a stack that runs already is, if one does; throws `Refused` when it isn't what was asked for. */
async function isUpAlready(options: StackOptions, dataDir: string): Promise<boolean> {
  const running = await runningStatus(dataDir)
  if (!running) return false
  const { installation, state, components } = running
  if (options.fresh) throw new Refused(`the installation in ${dataDir} is up: npm stop comes before --fresh`)
  const wish = settleInstallation(
    installation,
    { ...options, flavour: options.flavour ?? installation.flavour },
    dataDir,
  )
  if (!isDeepStrictEqual(wish, installation)) {
    throw new Refused(`the installation in ${dataDir} is up with other settings: npm stop comes first`)
  }
  report(`up already (${state})\n\n${urlTable(installation, components)}\n`)
  return true
}

async function runningStatus(dataDir: string): Promise<StackStatus | null> {
  try {
    return (await command(dataDir, 'GET', '/status')) as StackStatus
  } catch (error) {
    if (error instanceof NotRunning) return null
    throw error
  }
}

async function runHere(options: StackOptions): Promise<number> {
  const interrupted = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())
  const startedAt = Date.now()
  const stack = await startStack({ ...options, log: report, signal: interrupted.signal })
  const { installation, components } = await stack.status()
  report(
    `ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n\n${urlTable(installation, components)}\n`,
  )
  reportToParent({ ready: true })
  await stack.stopped
  return 0
}

async function commandRunning(parsed: Parsed, path: string): Promise<number> {
  await command(await chooseDataDir(parsed), 'POST', path, report)
  return 0
}
