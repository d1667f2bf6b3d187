import { createServer, type Server } from 'node:net'
import { Refused } from './installation.ts'
import { PORTS } from './layout.ts'
import { socketName, tryListen } from './locks.ts'

/** Ports are claimed by the hundred, so that ranges that overlap in part meet too. */
const BLOCK = 100

/** Held until `release`, or until the process ends, however it ends. */
export type ClaimedPorts = { release: () => void }

/**
 * Makes this process the only one of the machine that starts an installation on the ports from `portBase` on. A port
 * that is free when it is looked at may be another installation's a moment later, whose components have yet to start.
 * Throws `Refused` when the range, or part of it, is claimed.
 */
export async function claimPorts(portBase: number): Promise<ClaimedPorts> {
  const held: Server[] = []
  const release = () => {
    for (const server of held) server.close()
  }
  const last = Math.floor((portBase + PORTS - 1) / BLOCK)
  for (let block = Math.floor(portBase / BLOCK); block <= last; block++) {
    const server = createServer()
    if (!(await tryListen(server, socketName('ports', String(block))))) {
      release()
      throw new Refused(
        `ports between ${portBase} and ${portBase + PORTS - 1} belong to another installation that is up or starting. ` +
          'Give other ones with --port-base.',
      )
    }
    held.push(server)
  }
  return { release }
}
