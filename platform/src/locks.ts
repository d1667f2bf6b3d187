import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * The name of a socket in Linux's abstract namespace. The kernel frees it when its process ends,
 * however it ends, so that neither a lock nor a control address can ever be left behind stale.
 */
export function socketName(purpose: string, path: string): string {
  return `\0shelfwire-${purpose}-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`
}

/** Listens on the named socket; false when another process does already. */
export async function tryListen(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(name, () => resolve(true))
  })
}

/** Runs `work` while no other process of this machine works at `path`; waits for its turn. */
export async function withLock<T>(path: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const name = socketName('lock', path)
  for (let turn = 0; ; turn++) {
    const server = createServer()
    if (await tryListen(server, name)) {
      try {
        return await work()
      } finally {
        server.close()
      }
    }
    if (turn === 0) onWait?.()
    await wait(200)
  }
}
