/** One place of the source, and the mistake that replaces it. */
export interface Edit {
  /** From the root of the repository. */
  file: string
  find: string
  replace: string
}

/** Places of the source that are changed as it is loaded. */
export interface SpoiledSource {
  name: string
  about: string
  edits: readonly Edit[]
}

/** A mistake that would lose, repeat or invent units, or call old numbers fresh: a test must fail, or chaos must report it. */
export interface DeliberateBug extends SpoiledSource {
  /** The test file that must fail; null when it takes the whole platform and its faults. */
  caughtBy: string | null
}

const STORE = 'services/local-store/src'
const UPDATE = 'services/central-update/src'

export const DELIBERATE_BUGS: readonly DeliberateBug[] = [
  {
    name: 'no-unique-key',
    about: 'no unique key: a resent request is recorded twice',
    edits: [
      {
        file: 'packages/idempotency/src/key-use.ts',
        find: 'kept.get(textOfKey(request))',
        replace: "kept.get('')",
      },
      {
        file: `${STORE}/lane/known-keys.ts`,
        find: 'recorded.get(textOfKey(key))',
        replace: "recorded.get('')",
      },
      {
        file: 'packages/idempotency/src/answers-sql.ts',
        find: 'INSERT INTO requests',
        replace: 'INSERT IGNORE INTO requests',
      },
    ],
    caughtBy: `${STORE}/lane/lane.db.test.ts`,
  },
  {
    name: 'offset-before-apply',
    about: 'the offset is committed before the records are applied',
    edits: [
      {
        file: `${UPDATE}/journal/journal-consumer.ts`,
        find: '    const settled = push(slice)',
        replace:
          '    offsets.settled(new Map([[slice.partition, slice.nextOffset]]))\n' +
          '    const settled = pause(300).then(() => push(slice))',
      },
    ],
    caughtBy: null,
  },
  {
    name: 'no-lock',
    about: 'read, then write, without the lock',
    edits: [
      {
        // Long enough between reading and writing that another transaction is certain to come in between.
        file: `${STORE}/journal/head-sql.ts`,
        find: ' WHERE store_id = ? FOR UPDATE',
        replace: ' WHERE store_id = ? AND SLEEP(0.03) = 0',
      },
      {
        // Otherwise the second transaction violates the journal's primary key and is run again on what the first one wrote.
        file: `${STORE}/journal/journal-sql.ts`,
        find: 'INSERT INTO journal',
        replace: 'INSERT IGNORE INTO journal',
      },
    ],
    caughtBy: `${STORE}/lane/lane.db.test.ts`,
  },
  {
    name: 'gap-unnoticed',
    about: 'the gap check is skipped',
    edits: [
      {
        file: `${UPDATE}/store-state/follow-journal.ts`,
        find: 'gaps = withGap(gaps, { epoch: cursor.epoch, fromSeq: cursor.seq + 1, toSeq: seq, seenAtUs: nowUs })',
        replace: '',
      },
    ],
    caughtBy: `${UPDATE}/apply/apply-batch.db.test.ts`,
  },
  {
    name: 'fresh-by-connector',
    about: 'freshness from the connector: it runs, so the numbers are young',
    edits: [
      {
        file: 'packages/central/src/freshness.ts',
        find: 'Math.max(0, nowMs - Math.floor(asOfUs / 1_000))',
        replace: '0 * nowMs',
      },
    ],
    caughtBy: 'packages/central/src/freshness.test.ts',
  },
  {
    name: 'fresh-by-beat-at',
    about: "freshness from beat_at, the store's clock",
    edits: [
      {
        file: `${UPDATE}/store-state/follow-journal.ts`,
        find: 'cursor.asOfUs = Math.max(cursor.asOfUs, beat.ping)',
        replace: 'cursor.asOfUs = Math.max(cursor.asOfUs, beat.beatAtUs)',
      },
    ],
    caughtBy: `${UPDATE}/apply/apply-batch.db.test.ts`,
  },
  {
    name: 'answer-before-commit',
    about: 'the answer is sent before the commit is done',
    edits: [
      {
        file: 'packages/mysql/src/transaction.ts',
        find: "  try {\n    await session.send([{ sql: 'COMMIT' }])\n",
        replace: "  try {\n    session.send([{ sql: 'COMMIT' }]).catch(() => {})\n",
      },
    ],
    caughtBy: `${STORE}/lane/database-away.db.test.ts`,
  },
  {
    name: 'blind-retry',
    about: 'a retry does not read the keys back',
    edits: [
      {
        file: `${STORE}/lane/run-batch.ts`,
        find: 'export interface LaneContext {',
        replace: 'const tried = new WeakSet<object>()\n\nexport interface LaneContext {',
      },
      {
        file: `${STORE}/lane/run-batch.ts`,
        find: '  const outcomes: Outcome[] = []\n',
        replace:
          '  const outcomes: Outcome[] = []\n' +
          '  if (batch.some((each) => tried.has(each))) {\n' +
          '    keys.kept.clear()\n' +
          '    keys.recorded.clear()\n' +
          '  }\n' +
          '  for (const each of batch) tried.add(each)\n',
      },
    ],
    caughtBy: `${STORE}/lane/database-away.db.test.ts`,
  },
  {
    name: 'level-without-seq',
    about: 'a level is applied without looking at its seq',
    edits: [
      {
        file: `${UPDATE}/projections/levels/apply-levels.ts`,
        find: 'if (row !== undefined && !isNewer(entry, row)) return',
        replace: '',
      },
    ],
    caughtBy: `${UPDATE}/apply/apply-batch.db.test.ts`,
  },
  {
    name: 'parked-skipped',
    about: 'a record that can not be read is skipped',
    edits: [
      { file: `${UPDATE}/apply/plan-batch.ts`, find: 'store.journal.noteParked()', replace: '' },
      {
        file: `${UPDATE}/apply/plan-batch.ts`,
        find: 'parked.push({ record, storeId, reason, nth: store?.parked ?? 0 })',
        replace: '',
      },
    ],
    caughtBy: `${UPDATE}/apply/apply-batch.db.test.ts`,
  },
]

/** The one of that name; throws naming those there are. */
export function findNamed<T extends { name: string }>(all: readonly T[], name: string | undefined): T {
  const found = all.find((each) => each.name === name)
  if (found) return found
  throw new Error(`no bug ${name}: there are ${all.map((each) => each.name).join(', ')}`)
}

/** The source of `file` with the bug in it. Throws when an edit no longer matches exactly one place: no bug would be tested then. */
export function spoil(bug: SpoiledSource, file: string, source: string): string {
  return bug.edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      if (text.split(find).length !== 2) throw new Error(`${bug.name}: ${file} has not exactly one ${find}`)
      return text.replace(find, () => replace)
    }, source)
}
