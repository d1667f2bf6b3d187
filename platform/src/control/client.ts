import { request } from 'node:http'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { Refused } from '../installation.ts'
import { foldersIn } from '../layout.ts'
import { readSecrets } from '../secrets.ts'
import { controlSocket } from './claim.ts'

/** Nothing runs this installation. */
export class NotRunning extends Refused {}

type Message = { line?: string; result?: unknown; error?: string }

/**
 * Gives the running stack of a data folder a command and returns its result; what it reports meanwhile
 * goes to `log`. Throws `NotRunning` when there is none, `Refused` with its reason when it fails.
 */
export async function command(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  log: (line: string) => void = () => {},
): Promise<unknown> {
  const { control } = await readSecrets(foldersIn(dataDir))
  return new Promise((resolve, reject) => {
    const outgoing = request({
      socketPath: controlSocket(dataDir),
      method,
      path,
      headers: { authorization: `Bearer ${control}` },
    })
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      const isNotRunning = error.code === 'ECONNREFUSED' || error.code === 'ENOENT'
      reject(isNotRunning ? new NotRunning(`nothing is running in ${dataDir}`) : error)
    })
    outgoing.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Refused(`the running stack answers ${response.statusCode}`))
      let result: unknown
      const lines = createInterface({ input: response })
      lines.on('line', (text) => {
        const message = JSON.parse(text) as Message
        if (message.line !== undefined) log(message.line)
        if (message.error !== undefined) reject(new Refused(message.error))
        if (message.result !== undefined) result = message.result
      })
      lines.once('close', () => resolve(result))
    })
    outgoing.end()
  })
}

/** Whether some process runs the installation in this data folder. */
export async function isRunning(dataDir: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(controlSocket(dataDir))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
