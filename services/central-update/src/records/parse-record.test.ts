import {
  cutText,
  MAX_CALLER_LENGTH,
  MAX_HOLD_ID_LENGTH,
  MAX_REASON_LENGTH,
  MAX_REFERENCE_LENGTH,
  MAX_SKU_LENGTH,
  plainText,
  skuField,
} from '@shelfwire/contracts'
import type { Decoded } from '@shelfwire/kafka'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRecord } from './parse-record.ts'

const row = {
  epoch: 1,
  seq: 7,
  store_id: 'store-1',
  sku: 'SKU-1',
  kind: 'sale',
  on_hand_delta: -2,
  held_delta: 0,
  on_hand: 98,
  held: 1,
  hold_id: null,
  caller: 'till-1',
  request_id: 'r-1',
  reference: null,
  reason: null,
  occurred_at: 1_777_777_777_000_000,
  recorded_at: 1_777_777_777_000_001,
  __op: 'c',
  __connector: 'store-1',
  __commit_ms: 1_777_777_777_000,
}
const beat = {
  store_id: 'store-1',
  epoch: 1,
  seq: 7,
  ping: 0,
  commands_done: 0,
  checksum: '00000000000000ff',
  beat_at: 1,
  __op: 'u',
  __connector: 'store-1',
}
const key = Buffer.from('store-1')
const entry = (more: object): Decoded => ({ ok: true, name: 'shelfwire.Entry', fields: { ...row, ...more } })

test('an entry and a replay of it say the same', () => {
  const replay: Decoded = { ok: true, name: 'shelfwire.Replay', fields: { ...row, command_number: 3 } }
  expect(parseRecord(key, entry({}))).toEqual(parseRecord(key, replay))
  expect(parseRecord(key, entry({}))).toMatchObject({
    type: 'entry',
    connector: 'store-1',
    entry: {
      seq: 7,
      sku: 'SKU-1',
      onHandDelta: -2,
      onHand: 98,
      held: 1,
      occurredAtUs: 1_777_777_777_000_000,
    },
  })
})

test.each(['firm', 'firm_refused'])('an entry of kind %s is read, before any store writes one', (kind) => {
  expect(parseRecord(key, entry({ kind, on_hand_delta: 0 }))).toMatchObject({
    type: 'entry',
    entry: { kind },
  })
})

test('a beat is read', () => {
  expect(parseRecord(key, { ok: true, name: 'shelfwire.Beat', fields: beat })).toMatchObject({
    type: 'beat',
    isSnapshot: false,
    // Of a store whose service knows no eras yet.
    beat: { seq: 7, era: 0 },
  })
  for (const era of [0, 1_790_000_000_000_000])
    expect(parseRecord(key, { ok: true, name: 'shelfwire.Beat', fields: { ...beat, era } })).toMatchObject({
      beat: { era },
    })
})

test('a column that central does not know yet is ignored', () => {
  expect(parseRecord(key, entry({ colour: 'red' })).type).toBe('entry')
})

describe('a text that the store accepts', () => {
  const character = fc.oneof(
    fc.constantFrom('a', '\u0301', '😀'),
    fc.string({ unit: 'binary', size: 'max', minLength: 1, maxLength: 1 }),
  )
  /** Texts of every length up to the longest that the store takes in this column. */
  const accepted = (max: number, field = plainText(max)) =>
    fc
      .array(character, { maxLength: 2 * max, size: 'max' })
      .map((characters) => cutText(characters.join(''), max))
      .filter((text) => field.safeParse(text).success)

  test.each([
    ['sku', accepted(MAX_SKU_LENGTH, skuField)],
    ['reason', accepted(MAX_REASON_LENGTH)],
    ['reference', accepted(MAX_REFERENCE_LENGTH)],
    ['caller', accepted(MAX_CALLER_LENGTH)],
    ['hold_id', accepted(MAX_HOLD_ID_LENGTH)],
  ])('is read by central unchanged: %s', (column, texts) => {
    const member = column === 'hold_id' ? 'holdId' : column
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseRecord(key, entry({ [column]: text }))).toMatchObject({ entry: { [member]: text } })
      }),
    )
  })

  test.each([
    ['sku', `${'x'.repeat(63)}😀`],
    ['reason', `${'x'.repeat(254)}😀😀`],
  ])('may end with emoji at full length: %s', (column, text) => {
    expect(parseRecord(key, entry({ [column]: text })).type).toBe('entry')
    expect(parseRecord(key, entry({ [column]: `${text}x` })).type).toBe('broken')
  })
})

describe('parked with its reason:', () => {
  const { seq: _seq, ...withoutSeq } = row
  const broken: [string, Buffer | null, Decoded, string][] = [
    ['what can not be decoded', key, { ok: false, reason: 'undecodable: truncated buffer' }, 'undecodable'],
    ['a tombstone', key, { ok: false, reason: 'tombstone: a record without a value' }, 'tombstone'],
    [
      'an unknown table',
      key,
      { ok: true, name: 'shelfwire.Price', fields: row },
      'unknown table: its schema is named "shelfwire.Price"',
    ],
    [
      'a missing field',
      key,
      { ok: true, name: 'shelfwire.Entry', fields: withoutSeq },
      'seq is missing; it must be a whole number from 1',
    ],
    [
      'another store than the key',
      Buffer.from('store-2'),
      entry({}),
      'wrong store: store_id is store-1, its key is store-2',
    ],
    ['no key', null, entry({}), 'its key is no store id'],
    ['a key that is no store', Buffer.from('STORE 1'), entry({}), 'its key is no store id'],
    ['an unknown kind', key, entry({ kind: 'gift' }), 'kind is "gift"; it must be one of sale, return'],
    ['a negative level', key, entry({ on_hand: -1 }), 'on_hand is -1; it must be a whole number from 0'],
    ['more held than there is', key, entry({ held: 99 }), 'held is 99, more than on_hand 98'],
    ['a number as text', key, entry({ on_hand: '98' }), 'on_hand is "98"; it must be a whole number'],
    ['half a unit', key, entry({ on_hand_delta: 0.5 }), 'on_hand_delta is 0.5'],
    ['a sale of nothing', key, entry({ sku: null }), 'sku is missing in an entry of kind sale'],
    [
      'a SKU too long for its column',
      key,
      entry({ sku: 'x'.repeat(65) }),
      'it must be null or text of 1 to 64',
    ],
    ['a SKU with a blank at its end', key, entry({ sku: 'SKU-1 ' }), 'without blanks at its ends'],
    ['a deleted row', key, entry({ __op: 'd' }), '__op is "d"; it must be c, u or r'],
    ['no connector', key, entry({ __connector: null }), '__connector is null'],
    [
      'a checksum that is none',
      key,
      { ok: true, name: 'shelfwire.Beat', fields: { ...beat, checksum: 'ff' } },
      'checksum is "ff"; it must be 16 hex',
    ],
  ]
  test.each(broken)('%s', (_name, itsKey, decoded, reason) => {
    const content = parseRecord(itsKey, decoded)
    expect(content).toMatchObject({ type: 'broken', reason: expect.stringContaining(reason) })
  })

  test('the store is the one its key names', () => {
    expect(parseRecord(key, { ok: false, reason: 'x' })).toMatchObject({ storeId: 'store-1' })
    expect(parseRecord(Buffer.from([0xff, 0x00]), { ok: false, reason: 'x' })).toMatchObject({
      storeId: null,
    })
  })
})
