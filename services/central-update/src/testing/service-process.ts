import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'vitest'

const MAIN = join(import.meta.dirname, '../main.ts')

/** central-update as it really runs: a process of its own, which can be killed, on a port that is free. */
export async function startProcess(env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env: { ...env, HTTP_PORT: '0', PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const url = () => `http://127.0.0.1:${/"port":(\d+),"msg":"listening"/.exec(output)?.[1]}`

  async function end(how: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(how)
    await gone
  }

  const running = {
    get url() {
      return url()
    },
    /** Everything it has logged. */
    output: () => linesWorthReading(output),
    kill: () => end('SIGKILL'),
    /** Is stopped, with the locks that it holds, until it is continued. */
    freeze: () => child.kill('SIGSTOP'),
    wake: () => child.kill('SIGCONT'),
    /** A figure from its metrics, summed over all labels that match. */
    async metric(name: string, labels = ''): Promise<number> {
      const text = await (await fetch(`${url()}/metrics`)).text()
      return text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) && line.includes(labels))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    },
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
  const ready = () => fetch(`${url()}/readyz`).then(({ ok }) => ok)
  await expect
    .poll(ready, { timeout: 20_000 })
    .toBe(true)
    .catch(async (error) => {
      await end('SIGKILL')
      throw new Error(`central-update did not become ready:\n${running.output()}`, { cause: error })
    })
  return running
}

/** Without the requests that asked whether it is ready. */
function linesWorthReading(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.includes('"url":"/readyz"'))
    .join('\n')
}
