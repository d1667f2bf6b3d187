import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isListening } from '../ask.ts'
import type { Component } from './component.ts'
import { endLeftovers, endLeftoversOf, processesOf, signal } from './processes.ts'
import { Supervisor } from './supervisor.ts'

// Of the system's own choosing: platforms that other tests start must not answer in a component's place.
const freePorts = await Promise.all(Array.from({ length: 20 }, findFreePort))

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A real process that listens after `delayMs`; it stands for a component. */
function listener(
  name: string,
  options: { after?: string[]; delayMs?: number; settle?: () => Promise<void> } = {},
): Component {
  const port = freePorts.pop() ?? 0
  const listen = `require('node:net').createServer().listen(${port}, '127.0.0.1')`
  return {
    name,
    componentClass: 'service',
    ports: [port],
    after: options.after ?? [],
    command: { file: process.execPath, args: ['-e', `setTimeout(() => ${listen}, ${options.delayMs ?? 0})`] },
    isReady: () => isListening(port),
    ...(options.settle ? { settle: options.settle } : {}),
    readyWithinMs: 10_000,
    stopWithinMs: 5000,
  }
}

async function newSupervisor() {
  const dataDir = await mkdtemp(join(tmpdir(), 'shelfwire-supervisor-'))
  const lines: string[] = []
  const logPath = (component: string) => join(dataDir, `${component}.log`)
  const supervisor = new Supervisor({ dataDir, logPath, log: (line) => lines.push(line) })
  onTestFinished(async () => {
    await supervisor.stop()
    await endLeftovers(dataDir)
    await rm(dataDir, { recursive: true })
  })
  return { supervisor, dataDir, lines }
}

test('a component is started only when those it needs are ready and settled', async () => {
  const { supervisor } = await newSupervisor()
  const seen: string[] = []
  const database = listener('database', { delayMs: 100, settle: async () => void seen.push('settled') })
  const service = {
    ...listener('service', { after: ['database'] }),
    prepare: async () => void seen.push('service'),
  }
  supervisor.add([service, database])
  await supervisor.start(['service', 'database'])
  expect(seen).toEqual(['settled', 'service'])
})

test('a component that is killed is reported with its last log lines and restarted', async () => {
  const { supervisor, lines } = await newSupervisor()
  supervisor.add([listener('store-1')])
  await supervisor.start(['store-1'])
  const before = supervisor.runner('store-1').pid ?? 0
  signal(before, 'SIGKILL')
  await expect
    .poll(async () => (await supervisor.status())[0], { timeout: 10_000 })
    .toMatchObject({
      state: 'ready',
      restarts: 1,
    })
  expect(supervisor.runner('store-1').pid).not.toBe(before)
  expect(lines.join('\n')).toContain('store-1 was ended by SIGKILL; restarting in 0.2 s')
})

test('a component that comes back is settled again, however often that fails at first', async () => {
  const { supervisor, lines } = await newSupervisor()
  let settled = 0
  const settle = async () => {
    settled += 1
    if (settled === 2) throw new Error('its tables are locked')
  }
  supervisor.add([listener('database', { settle })])
  await supervisor.start(['database'])
  signal(supervisor.runner('database').pid ?? 0, 'SIGKILL')
  await expect.poll(() => settled, { timeout: 10_000 }).toBe(3)
  await expect.poll(() => supervisor.runner('database').state, { timeout: 10_000 }).toBe('ready')
  expect(lines.join('\n')).toContain('database is up, but could not be set up: its tables are locked')
})

test('a component that can not be prepared for its restart is tried again until it can', async () => {
  const { supervisor, lines } = await newSupervisor()
  let prepared = 0
  const prepare = async () => {
    prepared += 1
    if (prepared === 2 || prepared === 3) throw new Error('no space left on device')
  }
  supervisor.add([{ ...listener('database'), prepare }])
  await supervisor.start(['database'])
  signal(supervisor.runner('database').pid ?? 0, 'SIGKILL')
  await expect.poll(() => prepared, { timeout: 10_000 }).toBe(4)
  await expect.poll(() => supervisor.runner('database').state, { timeout: 10_000 }).toBe('ready')
  expect(lines.join('\n')).toContain("database can't be started: no space left on device; restarting in")
})

test('a component held down stays down until it is started', async () => {
  const { supervisor } = await newSupervisor()
  const component = listener('store-1')
  supervisor.add([component])
  await supervisor.start(['store-1'])
  await supervisor.runner('store-1').stop()
  expect(await component.isReady()).toBe(false)
  expect(supervisor.runner('store-1')).toMatchObject({ state: 'stopped', pid: null })
  await supervisor.start(['store-1'])
  expect(await component.isReady()).toBe(true)
})

test('a component that is started while it stops comes up again', async () => {
  const { supervisor } = await newSupervisor()
  const component = listener('database')
  let started: Promise<void> | undefined
  const beforeStop = async () => {
    started ??= supervisor.start(['database'])
  }
  supervisor.add([{ ...component, beforeStop }])
  await supervisor.start(['database'])
  const before = supervisor.runner('database').pid
  await supervisor.runner('database').stop()
  await started
  expect(await component.isReady()).toBe(true)
  expect(supervisor.runner('database')).toMatchObject({ state: 'ready' })
  expect(supervisor.runner('database').pid).not.toBe(before)
})

test('a component that does not come up fails the start with its last log lines', async () => {
  const { supervisor } = await newSupervisor()
  const command = {
    file: process.execPath,
    args: ['-e', 'console.error("no such setting"); process.exit(1)'],
  }
  supervisor.add([{ ...listener('store-1'), command }])
  await expect(supervisor.start(['store-1'])).rejects.toThrow(/store-1 does not start[\s\S]*no such setting/)
})

test('stopping leaves no process, not even of a component that is paused', async () => {
  const { supervisor, dataDir } = await newSupervisor()
  supervisor.add([listener('store-1'), listener('store-2')])
  await supervisor.start(['store-1', 'store-2'])
  expect(await processesOf(dataDir)).toHaveLength(2)
  signal(supervisor.runner('store-1').pid ?? 0, 'SIGSTOP')
  await supervisor.stop()
  expect(await processesOf(dataDir)).toEqual([])
})

test('what a killed supervisor leaves behind is found and ended, nothing else', async () => {
  const killed = await newSupervisor()
  const other = await newSupervisor()
  killed.supervisor.add([listener('store-1')])
  other.supervisor.add([listener('store-1')])
  await Promise.all([killed.supervisor.start(['store-1']), other.supervisor.start(['store-1'])])
  // Its own supervisor must not take the end for a death.
  const stopping = killed.supervisor.stop()
  await endLeftovers(killed.dataDir)
  await stopping
  expect(await processesOf(killed.dataDir)).toEqual([])
  expect(await processesOf(other.dataDir)).toHaveLength(1)
})

test('what is left of one component is found and ended, nothing else of its installation', async () => {
  const { supervisor, dataDir } = await newSupervisor()
  supervisor.add([listener('store-1'), listener('store-2')])
  await supervisor.start(['store-1', 'store-2'])
  const stopping = supervisor.runner('store-1').stop()
  await endLeftoversOf(dataDir, 'store-1')
  await stopping
  expect(await processesOf(dataDir)).toEqual([supervisor.runner('store-2').pid])
})

test('an unknown component is refused, naming those there are', async () => {
  const { supervisor } = await newSupervisor()
  supervisor.add([listener('store-1')])
  await expect(supervisor.start(['store-9'])).rejects.toThrow(/no component store-9; components are store-1/)
})
