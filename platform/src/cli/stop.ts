import { command, NotRunning } from '../control/client.ts'
import { endLeftovers } from '../supervise/processes.ts'
import { chooseDataDir, helpText, type OptionSpec, parseArguments } from './arguments.ts'
import { report } from './report.ts'

const spec: OptionSpec = {
  component: {
    type: 'string',
    help: 'COMPONENT: stop only this component, and keep it stopped until npm start -- --component COMPONENT',
  },
}

/** `npm stop`: everything, in order; or one component. */
export async function stop(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec)
  if (parsed.values.help) {
    report(helpText('npm stop -- [options]', spec))
    return 0
  }
  const dataDir = await chooseDataDir(parsed)
  if (parsed.values.component) {
    await command(dataDir, 'POST', `/components/${parsed.values.component}/stop`, report)
    return 0
  }
  try {
    await command(dataDir, 'POST', '/stop', report)
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error
    // A supervisor that was killed leaves its components behind.
    const ended = await endLeftovers(dataDir)
    report(ended > 0 ? `ended ${ended} processes that were left behind` : error.message)
  }
  return 0
}
