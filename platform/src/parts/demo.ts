import type { Part } from '../supervise/part.ts'

/** Real baskets at a gentle rate, so that something is to be seen. */
export function demoPart(script: string, dataDir: string, portBase: number): Part {
  return {
    name: 'demo',
    partClass: 'demo',
    ports: [],
    after: [],
    command: {
      file: process.execPath,
      args: [script, '--rate', '2', '--data', dataDir, '--port-base', String(portBase)],
    },
    isReady: async () => true,
    readyWithinMs: 10_000,
    stopWithinMs: 10_000,
    endsByItself: true,
  }
}
