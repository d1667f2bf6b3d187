import { createServer } from 'node:net'
import { Refused } from './installation.ts'
import type { Component } from './supervise/component.ts'

/** Throws `Refused`, naming every port these components need that another program has, and the component. */
export async function checkPortsFree(components: Component[]): Promise<void> {
  const wanted = components.flatMap(({ name, ports }) => ports.map((port) => ({ name, port })))
  const taken = (
    await Promise.all(wanted.map(async (each) => ((await isFree(each.port)) ? [] : [each])))
  ).flat()
  if (taken.length === 0) return
  const list = taken.map(({ name, port }) => `${port} (${name})`).join(', ')
  throw new Refused(`these ports are in use by other programs: ${list}. Give other ones with --port-base.`)
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
