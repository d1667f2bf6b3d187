import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { foldersIn } from '../layout.ts'
import { lastLines } from '../supervise/log-file.ts'
import { chooseDataDir, helpText, type OptionSpec, parseArguments, UsageError } from './arguments.ts'
import { report } from './report.ts'

const spec: OptionSpec = {
  follow: { type: 'boolean', short: 'f', help: '(-f): go on with what is written from now on' },
}

/** `npm run logs -- [COMPONENT] [-f]`: the last lines of one component's log, or of all. */
export async function logs(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec, 1)
  if (parsed.values.help) {
    report(helpText('npm run logs -- [COMPONENT] [options]', spec))
    return 0
  }
  const folders = foldersIn(await chooseDataDir(parsed))
  const found = await readdir(folders.logs).catch(() => [])
  const known = found.filter((name) => name.endsWith('.log')).map((name) => name.slice(0, -'.log'.length))
  const [component] = parsed.positionals
  if (component !== undefined && !known.includes(component)) {
    throw new UsageError(`there is no log of ${component}; there are ${known.join(', ') || 'none yet'}`)
  }
  const wanted = component === undefined ? known : [component]
  if (parsed.values.follow) return follow(wanted.map(folders.log))
  for (const name of wanted) {
    if (wanted.length > 1) report(`\n==> ${name} <==`)
    report((await lastLines(folders.log(name), component === undefined ? 10 : 200)).join('\n'))
  }
  return 0
}

async function follow(paths: string[]): Promise<number> {
  const child = spawn('tail', ['-n', '20', '-F', ...paths], { stdio: 'inherit' })
  // Ctrl-C reaches tail too; its end is ours.
  process.on('SIGINT', () => {})
  await once(child, 'exit')
  return 0
}
