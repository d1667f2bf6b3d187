import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { foldersIn, lastLines } from '@shelfwire/platform'
import { readFreshness } from '@shelfwire/verify'
import { afterEach } from 'vitest'
import { dataDir, platformStatus, urls } from './platform.ts'
import { journalOffsets, kafkaClient } from './streams.ts'

const LOGS_SHOWN = ['supervisor', 'central-update', 'central-query', 'connect', 'kafka']
const LINES = 8
const LINE_LENGTH = 400

// The platform is stopped by the time the failure is read, so the failure includes its state.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  const reports = await Promise.all(
    [components, freshness, positions, logs].map((report) =>
      report().catch((error) => `${report.name} can't be read: ${error}`),
    ),
  )
  throw new Error(`The platform as the test left it:\n${reports.join('\n')}`)
})

async function components(): Promise<string> {
  const status = await platformStatus()
  return status.components
    .map(({ name, state, restarts, memoryMb }) => `${name} ${state}, ${restarts} restarts, ${memoryMb} MB`)
    .join('\n')
}

async function freshness(): Promise<string> {
  const stores = await readFreshness(urls.centralQuery)
  return stores
    .map(({ storeId, state, ageMs, why }) => `${storeId} ${state}, ${ageMs} ms old: ${why ?? 'all is well'}`)
    .join('\n')
}

async function positions(): Promise<string> {
  const admin = kafkaClient().admin()
  await admin.connect()
  try {
    const [topic] = await admin.fetchOffsets({ groupId: 'central-update', topics: [JOURNAL_TOPIC] })
    const committed = new Map(topic?.partitions.map(({ partition, offset }) => [partition, offset]))
    const lines = (await journalOffsets()).map(
      ({ partition, low, high }) => `${partition}: ${low} to ${high}, read to ${committed.get(partition)}`,
    )
    return `${JOURNAL_TOPIC}\n${lines.join('\n')}`
  } finally {
    await admin.disconnect()
  }
}

async function logs(): Promise<string> {
  const folders = foldersIn(dataDir)
  const tails = LOGS_SHOWN.map(async (component) => {
    const lines = await lastLines(folders.log(component), LINES)
    return [`==> ${component} <==`, ...lines.map((line) => line.slice(0, LINE_LENGTH))].join('\n')
  })
  return (await Promise.all(tails)).join('\n')
}
