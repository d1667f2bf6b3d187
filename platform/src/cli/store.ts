import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { backUpStore } from '../backup/back-up-store.ts'
import { readBackupOf } from '../backup/load-store.ts'
import { openEpoch } from '../backup/open-epoch.ts'
import { finishRestore, isCutOff, restoreStore } from '../backup/restore-store.ts'
import { addressOf, findStore, type StorePlace } from '../backup/store-place.ts'
import { command } from '../control/client.ts'
import { mostStores } from '../layout.ts'
import { untilFresh } from '../stores.ts'
import {
  chooseDataDir,
  helpText,
  integerOption,
  type OptionSpec,
  type Parsed,
  parseArguments,
  UsageError,
} from './arguments.ts'
import { confirm } from './confirm.ts'
import { report } from './report.ts'

const spec: OptionSpec = {
  store: { type: 'string', help: "N: the store's number" },
  file: { type: 'string', help: 'F: the backup; without it, backup names a new one in the data folder' },
  above: {
    type: 'string',
    help: 'E: an epoch the store certainly never went beyond; only needed when neither its database nor central can be read',
  },
  yes: { type: 'boolean', help: "don't ask" },
}

type Subcommand = (place: StorePlace, parsed: Parsed) => Promise<void>
const subcommands: Record<string, Subcommand> = { backup, restore, 'open-epoch': openNextEpoch }

/** `npm run store -- backup|restore|open-epoch --store N`: back up, restore or renumber one store's database. */
export async function store(argv: string[]): Promise<number> {
  const parsed = parseArguments(argv, spec, 1)
  if (parsed.values.help) {
    report(helpText('npm run store -- backup|restore|open-epoch --store N [options]', spec))
    return 0
  }
  const run = subcommands[parsed.positionals[0] ?? '']
  if (!run) throw new UsageError(`name one of: ${Object.keys(subcommands).join(', ')}`)
  const number = integerOption(parsed, 'store', 1, mostStores)
  if (number === undefined) throw new UsageError('--store N is needed')
  await run(await findStore(await chooseDataDir(parsed), number), parsed)
  return 0
}

async function backup(place: StorePlace, parsed: Parsed): Promise<void> {
  const now = new Date()
  const path = fileOption(parsed) ?? join(place.folders.backups, fileName(place.id, now))
  if (!fileOption(parsed)) await mkdir(place.folders.backups, { recursive: true, mode: 0o700 })
  const address = addressOf(place, 'service')
  const { epoch, seq, checksum } = await backUpStore(address, { storeId: place.id, path, now: () => now })
  report(`${place.id} up to seq ${seq} of epoch ${epoch}, checksum ${checksum}, is in\n${path}`)
}

async function restore(place: StorePlace, parsed: Parsed): Promise<void> {
  if (isCutOff(place)) return finish(place, parsed)
  const path = fileOption(parsed)
  if (path === undefined) throw new UsageError('--file F is needed')
  const { id } = place
  const { madeAt, epoch, seq } = await readBackupOf(path, id)
  const intentions = [
    `load ${path}, which is ${id} as of ${madeAt} (seq ${seq} of epoch ${epoch}), into a new server`,
    `open the next epoch there, then stop ${id} and put the new server in the place of mysql-${id}`,
    `forget what ${id} recorded after the backup; the old data folder is kept beside the new one`,
    `let central read all of ${id} again; until then, central marks its numbers suspect`,
  ]
  await confirm(intentions, parsed.values.yes === true)
  const { opened, keptIn } = await restoreStore(place, { path, above: aboveOption(parsed), log: report })
  report(`${id} sells on in epoch ${opened.epoch}. Its old data are in\n${keptIn}\nuntil you delete them.`)
}

/** The restore that comes first is the one that was cut off: what it loaded is whole, and the old data are put aside. */
async function finish(place: StorePlace, parsed: Parsed): Promise<void> {
  const { id } = place
  const intentions = [
    `finish the restore of ${id} that was cut off: start mysql-${id} with the data that were loaded then, and ${id}`,
    'load no other backup: run this again for that',
  ]
  await confirm(intentions, parsed.values.yes === true)
  await finishRestore(place, report)
  report(`the restore that was cut off is finished: ${id} sells on`)
}

async function openNextEpoch(place: StorePlace, parsed: Parsed): Promise<void> {
  const { id, folders, urls } = place
  const intentions = [
    `stop ${id}, start its journal again in the next epoch with the levels it has now, and start ${id}`,
    `have central take those levels for the truth; until it has all of them, it calls ${id} suspect`,
  ]
  await confirm(intentions, parsed.values.yes === true)
  await command(folders.root, 'POST', `/components/${id}/stop`, report)
  try {
    const { epoch, skus } = await openEpoch(place, { reason: 'opened by hand', above: aboveOption(parsed) })
    report(`epoch ${epoch} is open, with ${skus} SKUs`)
  } finally {
    await command(folders.root, 'POST', `/components/${id}/start`, report)
  }
  await untilFresh(urls.centralQuery, [id])
  report(`${id} is fresh in central`)
}

/** Epochs are counted in 32 bits, and there must be room above. */
function aboveOption(parsed: Parsed): number | undefined {
  return integerOption(parsed, 'above', 1, 999_999_999)
}

function fileOption({ values }: Parsed): string | undefined {
  return typeof values.file === 'string' ? resolve(values.file) : undefined
}

function fileName(id: string, now: Date): string {
  return `${id}-${now.toISOString().replaceAll(':', '-')}.sql.gz`
}
