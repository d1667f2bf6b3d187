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
    'has no age, because the clocks have no bound',
    { ...stale, freshness: { ...stale.freshness, ageMs: null } },
    { clockIsKnown: false },
    "age unknown: no central-update has compared its clock with central's database for 10 minutes",
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
    'does not advance, like all others',
    stale,
    { storesBehind: 3, newestAgeMs: 7_000 },
    'no store has advanced for 7 s: central-update is not applying, or Kafka is down, or Connect has just restarted',
  ],
  [
    'does not advance, like all others, after a restart of Connect',
    stale,
    { storesBehind: 3, newestAgeMs: 20_000, connectBackForMs: 7_000 },
    'Connect was down and has answered again for 7 s: its connectors are still catching up',
  ],
  [
    'does not advance long after a restart of Connect',
    stale,
    { storesBehind: 3, newestAgeMs: 70_000, connectBackForMs: 61_000 },
    'no store has advanced for 70 s: central-update is not applying, or Kafka is down',
  ],
  [
    'alone does not advance',
    stale,
    {},
    "connector store-2 runs, but no beat since 12:00:03 UTC: the store's service or database is down, or cut off from Kafka",
  ],
  [
    'alone does not advance, without a configured Connect',
    { ...stale, connector: undefined },
    { connect: null },
    "no beat since 12:00:03 UTC: the store's service or database is down, or cut off from Kafka",
  ],
  [
    'answers old pings',
    { ...stale, facts: { ...facts, beatAtUs: (NOW - 900) * 1_000 } },
    {},
    'beats arrive but answer old pings: the store receives no pings from central',
  ],
  [
    'has sent no beat yet',
    { ...stale, facts: { ...facts, beatAtUs: null } },
    {},
    'no beat has ever arrived: the store has joined, but its service has sent nothing',
  ],
  [
    'is shown while the database of central is down',
    stale,
    { databaseSilentMs: 12_000 },
    "central's database has not answered for 12 s: answers come from the cache and only get older",
  ],
])('a store that %s is explained in one sentence', (_case, evidence, changes, why) => {
  expect(explainStore(evidence, { ...around, ...changes })).toBe(why)
})
