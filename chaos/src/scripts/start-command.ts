import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bugEnvironment } from '../faults/trial-wiring.ts'
import type { Scene } from './scene.ts'

const CLI = join(import.meta.dirname, '../../../platform/src/cli.ts')

/** A command of the command line that is running. */
export interface Command {
  /** Resolves when it prints a line that matches; rejects when it ends without one. */
  untilLine(pattern: RegExp): Promise<string>
  /** `kill -9`. */
  kill(): void
  /** How it ended: its exit code, null when it was killed; with its output. */
  ended: Promise<{ code: number | null; output: string }>
}

/** Starts `npm run …` as a person would, with an exit of bugs/exits.ts in it if named. */
export function startCommand(scene: Scene, args: readonly string[], exit?: string): Command {
  scene.say(`npm run ${args.join(' ')}${exit === undefined ? '' : `   (${exit})`}`)
  const child = spawn(process.execPath, [CLI, ...args, '--data', scene.place.dataDir], {
    env: { ...process.env, ...(exit === undefined ? {} : bugEnvironment(exit)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const printed = new EventTarget()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      scene.say(`  > ${line}`)
      printed.dispatchEvent(new Event('line'))
    })
  }
  let hasEnded = false
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    hasEnded = true
    printed.dispatchEvent(new Event('line'))
    return { code: code ?? null, output: lines.join('\n') }
  })
  return {
    async untilLine(pattern) {
      for (;;) {
        const line = lines.find((each) => pattern.test(each))
        if (line !== undefined) return line
        if (hasEnded) throw new Error(`${args.join(' ')} ended without a line like ${pattern}`)
        await once(printed, 'line')
      }
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  }
}

/** Runs a command to its end; throws when it fails. Returns its output. */
export async function runCommand(scene: Scene, ...args: string[]): Promise<string> {
  const { code, output } = await startCommand(scene, args).ended
  if (code !== 0) throw new Error(`npm run ${args.join(' ')} ended with ${code}: ${output}`)
  return output
}
