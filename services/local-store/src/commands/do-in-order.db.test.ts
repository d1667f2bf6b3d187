import type { Command } from '@shelfwire/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { recordNote } from '../journal/draft.ts'
import { readHead } from '../journal/head-sql.ts'
import { keepDraft } from '../lane/operation.ts'
import {
  brokenInvariants,
  COMMANDS,
  journalOf,
  type OpenStore,
  openStore,
  STORE_ID,
  type TestLane,
} from '../testing/open-store.ts'
import type { AnyCommandKind } from './command-kind.ts'
import { CENTRAL_CALLER } from './command-operation.ts'
import { doInOrder } from './do-in-order.ts'

let store: OpenStore
let lane: TestLane
/** Commands in each transaction. */
let transactions: number[]
beforeEach(async () => {
  store = await openStore()
  transactions = []
  lane = store.openLane({ onCommit: (batch) => void transactions.push(batch.length) })
})
afterEach(() => store[Symbol.asyncDispose]())

/** Writes an entry for each of its steps, each in a transaction of its own. */
const inSteps: AnyCommandKind = {
  kind: 'in_steps',
  body: z.int(),
  legalBody: 'a number of steps',
  weigh: () => 1,
  decide({ body, resumeAt = 1 }, draft) {
    const origin = { caller: CENTRAL_CALLER, requestId: 'steps', reference: String(resumeAt), reason: null }
    recordNote(draft, 'command_refused', { ...origin, occurredAtUs: draft.books.recordedAtUs })
    return keepDraft(
      resumeAt === body ? { outcome: 'done' } : { outcome: 'unfinished', resumeAt: resumeAt + 1 },
    )
  },
}
/** Fails in the batch, and by itself; then it can be done. */
const fails = (): AnyCommandKind => {
  let failures = 2
  return {
    ...inSteps,
    kind: 'fails',
    decide() {
      if (failures-- > 0) throw new Error('not yet')
      return keepDraft({ outcome: 'done' })
    },
  }
}
const command = (number: number, kind: string, body: unknown = 1): Command => ({
  ...{ storeId: STORE_ID, era: 0, number, attempt: 1, kind, reference: null, issuedAtUs: 0 },
  body: JSON.stringify(body),
})
const warnings: string[] = []
const run = (commands: Command[], kinds: readonly AnyCommandKind[] = []) =>
  doInOrder(commands, {
    lane,
    kinds: [...COMMANDS, inSteps, ...kinds],
    log: { warn: (_fields: unknown, message: string) => void warnings.push(message) } as never,
    isRunning: () => true,
    onProgress: async () => {},
  })
const outcomesOf = async (...of: Parameters<typeof run>) => (await run(...of)).map(({ outcome }) => outcome)
const commandsDone = async () => (await readHead(store.pool, STORE_ID)).commandsDone

test('commands of one poll are one transaction, and one that is refused costs those behind it nothing', async () => {
  const commands = [command(1, 'forget_epochs', { below: 1 }), command(2, 'dance'), command(3, 'in_steps')]
  expect(await outcomesOf(commands)).toEqual(['done', 'refused', 'done'])
  expect(transactions).toEqual([3])
  expect(await commandsDone()).toBe(3)
})

test('those behind a command that takes several transactions are done when it is done', async () => {
  const commands = [
    command(1, 'dance'),
    command(2, 'in_steps', 3),
    command(3, 'dance'),
    command(4, 'in_steps'),
  ]
  expect(await outcomesOf(commands)).toEqual(['refused', 'done', 'refused', 'done'])
  expect(await commandsDone()).toBe(4)
  const notes = (await journalOf(store.pool)).map(({ requestId, reference }) => `${requestId} ${reference}`)
  expect(notes).toEqual(['command-1 1', 'steps 1', 'steps 2', 'steps 3', 'command-3 3', 'steps 1'])
  expect(await brokenInvariants(store.pool)).toEqual([])
})

test('a command that fails is tried again, and those behind it then, too, whatever they were answered', async () => {
  expect(await outcomesOf([command(1, 'fails'), command(2, 'dance')], [fails()])).toEqual(['done', 'refused'])
  expect(warnings).toEqual(['a command failed; trying it again in 500 ms'])
  expect(await commandsDone()).toBe(2)
})

test('commands that come again or out of order are answered as such, and others in between are done', async () => {
  await run([command(1, 'dance')])
  const commands = [command(1, 'dance'), command(3, 'dance'), command(2, 'in_steps')]
  expect(await outcomesOf(commands)).toEqual(['repeat', 'dropped', 'done'])
})

test('a backlog goes to the lane in parts that fit one transaction', async () => {
  const heavy: AnyCommandKind = { ...inSteps, kind: 'heavy', weigh: () => 400 }
  const commands = [1, 2, 3, 4, 5].map((number) => command(number, 'heavy'))
  expect(await outcomesOf(commands, [heavy])).toEqual(commands.map(() => 'done'))
  expect(transactions).toEqual([2, 2, 1])
})
