import { expect, test } from 'vitest'
import type { ConnectorState } from './connect-api.ts'
import { connectorLook } from './watch-connectors.ts'

/** What the watch is given as Connect's state, and what it does; no Connect is needed to decide that. */
function openWatch() {
  const seen = {
    states: [running('store-1'), running('store-2')] as ConnectorState[],
    connectCluster: 'a',
    done: [] as string[],
  }
  const note = async (what: string) => void seen.done.push(what)
  const look = connectorLook({
    api: {
      states: async () => seen.states,
      clusterId: async () => seen.connectCluster,
      restartFailed: (name) => note(`restart ${name}`),
    },
    wanted: () => ['store-1', 'store-2'],
    set: (name) => note(`set ${name}`),
    clusterId: async () => 'a',
    restartConnect: () => void note('restart Connect'),
    log: () => {},
  })
  return { seen, look }
}

function running(name: string): ConnectorState {
  return { name, connector: { state: 'RUNNING' }, tasks: [{ id: 0, state: 'RUNNING' }] }
}

test('a connector that is missing in two polls is created again, one that was missing once is not', async () => {
  const { seen, look } = openWatch()
  seen.states = [running('store-1')]
  await look()
  seen.states = [running('store-2')]
  await look()
  expect(seen.done).toEqual([])
  await look()
  expect(seen.done).toEqual(['set store-1'])
})

test('Connect is restarted when its Kafka cluster was replaced, and its list of connectors is ignored', async () => {
  const { seen, look } = openWatch()
  seen.connectCluster = 'b'
  seen.states = []
  await look()
  await look()
  expect(seen.done).toEqual(['restart Connect', 'restart Connect'])
})

test('a failed connector is restarted, after a growing pause', async () => {
  const { seen, look } = openWatch()
  seen.states = [running('store-1'), { ...running('store-2'), tasks: [{ id: 0, state: 'FAILED' }] }]
  await look()
  expect(seen.done).toEqual([])
  await expect.poll(() => look().then(() => seen.done)).toEqual(['restart store-2'])
})
