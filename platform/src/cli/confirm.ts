import { createInterface } from 'node:readline/promises'
import { Refused } from '../installation.ts'
import { report } from './report.ts'

/** Prints what will happen, and asks for confirmation; throws `Refused` without one. `yes`: it was given as an option. */
export async function confirm(intentions: string[], yes: boolean): Promise<void> {
  report(['This will', ...intentions.map((line) => `  - ${line}`)].join('\n'))
  if (yes) return
  if (!process.stdin.isTTY)
    throw new Refused('nothing was done: without a terminal to confirm on, the option --yes is needed')
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await lines.question('Go on? [y/N] ')
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Refused('nothing was done')
}
