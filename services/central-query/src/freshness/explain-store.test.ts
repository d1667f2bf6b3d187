import { expect, test } from 'vitest'
import { type Evidence, explainStore, type Surroundings } from './explain-store.ts'
import type { StoreFacts } from './facts-sql.ts'

const NOW = Date.parse('2026-05-01T12:00:44Z')
const facts: StoreFacts = {
  ...{ name: 'Mitte', place: 'Berlin', connector: 'store-2', cursor: { epoch: 1, seq: 40 } },
  ...{ missing: 0, parked: 0, openCommands: 0, asOfUs: (NOW - 41_000) * 1_000, lastLagMs: 5 },
  beatAtUs: (NOW - 41_000) * 1_000,
}
const running = { state: 'RUNNING', reason: null }
const stale: Evidence = {
  freshness: { state: 'stale', asOf: '2026-05-01T12:00:03Z', ageMs: 41_000, slaMs: 5_000 },
  facts,
  connector: running,
}
const fresh: Evidence = { ...stale, freshness: { ...stale.freshness, state: 'fresh', ageMs: 400 } }
const around: Surroundings = {
  ...{ nowMs: NOW, stores: 3, storesBehind: 1, newestAgeMs: 400, databaseSilentMs: 0, clockIsKnown: true },
  ...{ connect: 'answers', connectBackForMs: null, halts: [] },
}

test.each<[string, Evidence, Partial<Surroundings>, string | null]>([
  ['is fresh', fresh, {}, null],
  [
    'is fresh while its connector has just failed',
    { ...fresh, connector: { state: 'FAILED', reason: 'Access denied' } },
    {},
    'connector store-2 is FAILED: Access denied',
  ],
  [
    'is suspect',
    { ...fresh, freshness: { ...stale.freshness, ageMs: 400, suspect: '3 entries missing (seq 41–43)' } },
    {},
    'suspect: 3 entries missing (seq 41–43)',
  ],
  [
    'has no age, for the clocks have no bound',
    { ...stale, freshness: { ...stale.freshness, ageMs: null } },
    { clockIsKnown: false },
    "no age can be told: no central-update has compared its clock with central's database for 10 minutes",
  ],
  [
    'has a failed connector',
    { ...stale, connector: { state: 'FAILED', reason: 'Access denied' } },
    {},
    'connector store-2 is FAILED: Access denied',
  ],
  [
    'has a paused connector',
    { ...stale, connector: { state: 'PAUSED', reason: null } },
    {},
    'connector store-2 is PAUSED',
  ],
  ['has no connector', { ...stale, connector: undefined }, {}, 'Connect has no connector store-2'],
  [
    'waits for Connect',
    { ...stale, connector: undefined },
    { connect: 'silent' },
    'Connect does not answer: no entry of any store can arrive',
  ],
  [
    'is in a halted partition',
    stale,
    { halts: [{ topic: 'stock.journal', partition: 3, reason: '100 bad records in a row' }] },
    'partition 3 of stock.journal is halted until a person resumes it: 100 bad records in a row',
  ],
  [
    'stands still with all others',
    stale,
    { storesBehind: 3, newestAgeMs: 7_000 },
    'no store has moved for 7 s: central-update is not applying, or Kafka is down, or Connect has just begun anew',
  ],
  [
    'stands still with all others behind a Connect that has just begun',
    stale,
    { storesBehind: 3, newestAgeMs: 20_000, connectBackForMs: 7_000 },
    'Connect was away and answers again for 7 s: its connectors have yet to read what was sold meanwhile',
  ],
  [
    'still stands still when Connect has long been back',
    stale,
    { storesBehind: 3, newestAgeMs: 70_000, connectBackForMs: 61_000 },
    'no store has moved for 70 s: central-update is not applying, or Kafka is down',
  ],
  [
    'stands still alone',
    stale,
    {},
    "connector store-2 runs, but no beat since 12:00:03 UTC: the store's service or database is down, or cut off from Kafka",
  ],
  [
    'stands still alone and nobody knows Connect',
    { ...stale, connector: undefined },
    { connect: null },
    "no beat since 12:00:03 UTC: the store's service or database is down, or cut off from Kafka",
  ],
  [
    'answers old pings',
    { ...stale, facts: { ...facts, beatAtUs: (NOW - 900) * 1_000 } },
    {},
    'beats arrive but answer old pings: the store does not hear central',
  ],
  [
    'was never heard',
    { ...stale, facts: { ...facts, beatAtUs: null } },
    {},
    'no beat has ever arrived: the store has joined, but its service has not been heard',
  ],
  [
    'is seen from a central without a database',
    stale,
    { databaseSilentMs: 12_000 },
    "central's database has not answered for 12 s: answers come from the cache and only get older",
  ],
])('a store that %s is explained in one sentence', (_case, evidence, changes, why) => {
  expect(explainStore(evidence, { ...around, ...changes })).toBe(why)
})
