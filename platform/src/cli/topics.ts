import { isListening } from '../ask.ts'
import { Refused, readInstallation } from '../installation.ts'
import { portsFrom } from '../layout.ts'
import { urlsOf } from '../plan.ts'
import { newestRecords } from '../streams/newest-records.ts'
import { adminKafka } from '../streams/topics.ts'
import {
  chooseDataDir,
  helpText,
  integerOption,
  type OptionSpec,
  parseArguments,
  UsageError,
} from './arguments.ts'
import { report } from './report.ts'
import { alignedRows } from './url-table.ts'

const spec: OptionSpec = {
  last: { type: 'string', help: 'N: how many of the newest records (default 10)' },
  all: { type: 'boolean', help: "list Kafka's and Connect's own topics too" },
}

/** `npm run topics -- [NAME]`: all topics, or the newest records of one, decoded. */
export async function topics(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec, 1)
  if (parsed.values.help) {
    report(helpText('npm run topics -- [NAME] [options]', spec))
    return 0
  }
  const dataDir = await chooseDataDir(parsed)
  const installation = await readInstallation(dataDir)
  if (!installation || !(await isListening(portsFrom(installation.portBase).kafka))) {
    throw new Refused(`Kafka isn't running in ${dataDir}; npm start brings it up`)
  }
  const urls = urlsOf(installation.portBase)
  const kafka = adminKafka(urls.brokers)
  const counts = await countRecords(kafka)
  const [topic] = parsed.positionals
  if (topic === undefined) {
    const shown = counts.filter(({ name }) => parsed.values.all || !name.startsWith('_'))
    const rows = shown.map(({ name, partitions, records }) => [name, String(partitions), String(records)])
    report(alignedRows([['topic', 'partitions', 'records'], ...rows]))
    return 0
  }
  if (!counts.some(({ name }) => name === topic)) {
    throw new UsageError(`there is no topic ${topic}; there are ${counts.map(({ name }) => name).join(', ')}`)
  }
  const count = integerOption(parsed, 'last', 1, 1000) ?? 10
  for (const record of await newestRecords(kafka, urls.registry, { topic, count })) {
    report(`${record.at.toISOString()} ${record.partition}@${record.offset} ${record.key} ${record.content}`)
  }
  return 0
}

async function countRecords(kafka: ReturnType<typeof adminKafka>) {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const names = (await admin.listTopics()).sort()
    return await Promise.all(
      names.map(async (name) => {
        const partitions = await admin.fetchTopicOffsets(name)
        const records = partitions.reduce((sum, { low, high }) => sum + BigInt(high) - BigInt(low), 0n)
        return { name, partitions: partitions.length, records }
      }),
    )
  } finally {
    await admin.disconnect()
  }
}
