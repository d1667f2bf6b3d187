import { createServer, type Server } from 'node:http'
import { Refused } from '../installation.ts'
import { socketName, tryListen } from '../locks.ts'

/** Another process runs this installation already. */
export class AlreadyRunning extends Refused {}

/** The socket on which the process that runs an installation takes commands. */
export function controlSocket(dataDir: string): string {
  return socketName('control', dataDir)
}

/**
 * Makes this process the only one that runs the installation, for as long as the server returned is open.
 * The address people's commands talk to is itself the lock, so that the two can't disagree.
 */
export async function claimInstallation(dataDir: string): Promise<Server> {
  const server = createServer()
  if (await tryListen(server, controlSocket(dataDir))) return server
  throw new AlreadyRunning(`the installation in ${dataDir} is up already`)
}
