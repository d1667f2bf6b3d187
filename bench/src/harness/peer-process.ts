import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'

const READY_WITHIN_MS = 60_000

/** A program of a bench in a process of its own. */
export interface BenchProcess extends AsyncDisposable {
  url: string
  pid: number
}

export interface BenchProcessOptions {
  /** The script's path. */
  script: string
  port: number
  env: Record<string, string>
  nodeArgs?: readonly string[]
}

/** Starts a program and waits until it reports that it is ready. Throws with its output when it doesn't. */
export async function startProcess(options: BenchProcessOptions): Promise<BenchProcess> {
  const { script, port, env, nodeArgs = [] } = options
  const child = spawn(process.execPath, [...nodeArgs, script], {
    env: {
      PATH: process.env.PATH,
      LOG_LEVEL: 'info',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithBench(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-10_000)
    })
  }
  const url = `http://127.0.0.1:${port}`
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
  const deadline = performance.now() + READY_WITHIN_MS
  for (;;) {
    if (await answersOk(`${url}/readyz`)) return { url, pid: child.pid ?? 0, [Symbol.asyncDispose]: end }
    if (child.exitCode !== null || performance.now() > deadline) {
      await end()
      throw new Error(`${script} did not become ready:\n${output}`)
    }
    await pause(100)
  }
}

/** Kills the program when this process exits: an interrupted bench runs no disposers. */
export function endWithBench(child: ChildProcess): void {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
}

async function answersOk(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
}
