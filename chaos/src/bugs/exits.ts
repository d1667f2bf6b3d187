import type { Edit, SpoiledSource } from './deliberate-bugs.ts'

/** How a process ends: by SIGKILL, without cleaning up. */
const DIE = "process.kill(process.pid, 'SIGKILL')"

const STORE = 'services/local-store/src'
const UPDATE = 'services/central-update/src'
const SENDING = 'packages/mysql/src/send-in-order.ts'
const RESTORE = 'platform/src/backup/restore-store.ts'

/** Kills the process before that line of the source, which must occur exactly once. */
function before(file: string, line: string, when = ''): Edit {
  return { file, find: line, replace: `${when}${DIE}\n${line}` }
}

/**
 * Kills the process before the statement that begins so, after those before it were answered. The writes of an opening
 * and its COMMIT are one message, within which the process can't be killed; here each is a message of its own.
 */
function openingExit(nth: number, moment: string, statement: string): SpoiledSource {
  return {
    name: `exit-opening-${nth}`,
    about: `the opening of an epoch dies ${moment}`,
    edits: [
      { file: SENDING, find: 'connection.config.multipleStatements === true', replace: 'false' },
      before(
        SENDING,
        '    const infileStreamFactory = message[0]?.file',
        `    if (message[0]?.sql.startsWith('${statement}')) `,
      ),
    ],
  }
}

function restoreExit(nth: number, moment: string, line: string): SpoiledSource {
  return {
    name: `exit-restore-${nth}`,
    about: `a restore dies ${moment}`,
    edits: [before(RESTORE, line)],
  }
}

/** Not mistakes but crashes: the process kills itself at an exact place of its source, which is changed as it is loaded. */
export const EXITS: readonly SpoiledSource[] = [
  {
    name: 'exit-before-answer',
    about: 'the store dies after a commit with writes, before it answers: with a probability of 1 in 40',
    edits: [
      before(
        `${STORE}/lane/store-lane.ts`,
        '    onCommit(batch, committed',
        "    if (batch.some(({ operation }) => operation.name === 'write') && Math.random() < 1 / 40) ",
      ),
    ],
  },
  {
    name: 'exit-before-offset',
    about:
      'central-update dies after a commit with records, before it commits the offsets to Kafka: with a probability of 1 in 100',
    edits: [
      before(
        `${UPDATE}/start.ts`,
        '    consumer.offsets.settled(applied.nextOffsets)',
        '    if (applied.plans.some(({ counts }) => counts.applied > 0) && Math.random() < 1 / 100) ',
      ),
    ],
  },
  openingExit(1, 'with the head locked', 'SELECT sku'),
  openingExit(2, 'with the stock read', 'INSERT INTO journal'),
  openingExit(3, 'with its entries written', 'INSERT INTO stock'),
  openingExit(4, 'with the stock written', 'UPDATE head'),
  openingExit(5, 'before its COMMIT', 'COMMIT'),
  {
    name: 'exit-opening-6',
    about: 'the opening of an epoch dies after its COMMIT, before it reports it',
    edits: [before(`${STORE}/open-epoch-cli.ts`, '  console.log(JSON.stringify({ epoch: head.epoch')],
  },
  restoreExit(1, 'with the store stopped', '  await new ConnectApi(urls.connect).forgetOffsets(id)'),
  restoreExit(
    2,
    "with the connector's offsets forgotten",
    "  await changeComponent(folders, { action: 'stop', component: `mysql-${id}`, log })",
  ),
  restoreExit(
    3,
    "with the store's database stopped",
    "  await rename(join(restoredFolder(place), 'data'), waiting)",
  ),
  restoreExit(4, 'with the restored data beside the old ones', '  await rename(data, keptIn)'),
  restoreExit(5, 'with the old data moved away', '  await bringBack(place, log)\n  return keptIn'),
  restoreExit(6, 'with the restored database started', '  await new ConnectApi(urls.connect).resume(id)'),
  restoreExit(
    7,
    'with the connector resumed',
    "  await changeComponent(folders, { action: 'start', component: id, log })\n  await untilFresh",
  ),
]
