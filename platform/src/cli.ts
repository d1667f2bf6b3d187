import { UsageError } from './cli/arguments.ts'
import { logs } from './cli/logs.ts'
import { rebuild } from './cli/rebuild.ts'
import { report } from './cli/report.ts'
import { sql } from './cli/sql.ts'
import { start } from './cli/start.ts'
import { status } from './cli/status.ts'
import { stop } from './cli/stop.ts'
import { store } from './cli/store.ts'
import { topics } from './cli/topics.ts'
import { CommandFailed } from './install/run-command.ts'
import { Refused } from './installation.ts'
import { ComponentFailed } from './supervise/runner.ts'

const commands: Record<string, (argv: string[]) => Promise<number>> = {
  start,
  stop,
  status,
  logs,
  sql,
  topics,
  store,
  rebuild,
}

async function main([name = '', ...argv]: string[]): Promise<number> {
  const run = commands[name]
  if (!run) throw new UsageError(`commands are ${Object.keys(commands).join(', ')}`)
  return run(argv)
}

/** Expected failures are one sentence; only an unexpected error shows a stack trace. */
function explain(error: unknown): string {
  const expected = [UsageError, Refused, ComponentFailed, CommandFailed].some(
    (known) => error instanceof known,
  )
  if (!(error instanceof Error)) return String(error)
  return expected || error.name === 'AbortError' ? error.message : (error.stack ?? error.message)
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    report(explain(error))
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
