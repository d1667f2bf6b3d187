import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bugEnvironment } from '../faults/trial-wiring.ts'
import type { Scene } from './scene.ts'

const CLI = join(import.meta.dirname, '../../../platform/src/cli.ts')

/** A person's command at work. */
export interface Command {
  /** Resolves when it says a line like that; rejects when it ends without. */
  said(pattern: RegExp): Promise<string>
  /** `kill -9`. */
  kill(): void
  /** How it ended: its exit code, null when it was killed; with all that it said. */
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
  const heard = new EventTarget()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      scene.say(`  > ${line}`)
      heard.dispatchEvent(new Event('line'))
    })
  }
  let hasEnded = false
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    hasEnded = true
    heard.dispatchEvent(new Event('line'))
    return { code: code ?? null, output: lines.join('\n') }
  })
  return {
    async said(pattern) {
      for (;;) {
        const line = lines.find((each) => pattern.test(each))
        if (line !== undefined) return line
        if (hasEnded) throw new Error(`${args.join(' ')} ended without saying ${pattern}`)
        await once(heard, 'line')
      }
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  }
}

/** Runs a command to its end; throws when it fails. Returns what it said. */
export async function runCommand(scene: Scene, ...args: string[]): Promise<string> {
  const { code, output } = await startCommand(scene, args).ended
  if (code !== 0) throw new Error(`npm run ${args.join(' ')} ended with ${code}: ${output}`)
  return output
}
