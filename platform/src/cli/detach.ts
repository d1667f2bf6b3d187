import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { withLogFile } from '../supervise/log-file.ts'
import { report, type ToParent } from './report.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

/** Starts the stack in a process of its own, shows its progress, and returns when it is ready or has failed. */
export async function startDetached(argv: string[], logPath: string): Promise<number> {
  const child = withLogFile(logPath, (descriptor) =>
    // A session of its own, so that neither Ctrl-C nor closing the terminal reaches it.
    spawn(process.execPath, [cli, 'start', ...argv], {
      detached: true,
      stdio: ['ignore', descriptor, descriptor, 'ipc'],
    }),
  )
  const giveUp = () => child.kill('SIGTERM')
  process.once('SIGINT', giveUp)
  process.once('SIGTERM', giveUp)
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1))
    child.on('message', (message: ToParent) => {
      if ('line' in message) return report(message.line)
      child.disconnect()
      child.unref()
      resolve(0)
    })
  })
}
