import type { Command } from '@shelfwire/contracts'
import { describe, expect, test } from 'vitest'
import { decideCommand } from './decide-command.ts'
import { readCommand } from './read-command.ts'

const resync: Command = {
  storeId: 'store-1',
  era: 5,
  number: 8,
  attempt: 1,
  kind: 'resync',
  reference: null,
  body: '{"epoch":1,"fromSeq":3,"toSeq":5}',
  issuedAtUs: 0,
}

const done = (commandsDone: number) => ({ storeId: 'store-1', era: 5, commandsDone })

describe('a command', () => {
  test('with the next number is done', () => {
    expect(decideCommand(resync, done(7))).toEqual({
      outcome: 'resync',
      range: { epoch: 1, fromSeq: 3, toSeq: 5 },
    })
  })
  test('with a number that is done is a repeat', () => {
    expect(decideCommand(resync, done(8))).toEqual({ outcome: 'repeat' })
  })
  test('with a number beyond the next is dropped', () => {
    expect(decideCommand(resync, done(6))).toEqual({ outcome: 'dropped' })
  })
  test.each([
    ['the first of a greater era begins it', { era: 6, number: 1 }, 'resync'],
    [
      'the first of a greater era begins it, however many were done before',
      { era: 900, number: 1 },
      'resync',
    ],
    [
      'a later one of a greater era is dropped, also under the next number of this era',
      { era: 6, number: 8 },
      'dropped',
    ],
    ['the second of a greater era is dropped', { era: 6, number: 2 }, 'dropped'],
    ['of a lower era is dropped, also under the next number', { era: 4, number: 8 }, 'dropped'],
    ['of a lower era is dropped, also as its first', { era: 4, number: 1 }, 'dropped'],
  ])('%s', (_what, place, outcome) => {
    expect(decideCommand({ ...resync, ...place }, done(7))).toMatchObject({ outcome })
  })
  test.each([1, 7, 8, 9])('of another store is not ours, even with number %i', (number) => {
    const others = { ...resync, storeId: 'store-2', number }
    expect(decideCommand(others, done(7))).toEqual({ outcome: 'not_ours' })
  })
  test.each([
    ['of an unknown kind', { kind: 'dance' }],
    ['whose body is no JSON', { body: '{' }],
    ['whose body lacks a field', { body: '{"epoch":1,"fromSeq":3}' }],
    ['whose body has another field', { body: '{"epoch":1,"fromSeq":3,"toSeq":5,"colour":"red"}' }],
    ['whose range runs backwards', { body: '{"epoch":1,"fromSeq":5,"toSeq":3}' }],
  ])('%s is refused, with the reason', (_what, broken) => {
    expect(decideCommand({ ...resync, ...broken }, done(7))).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/./),
    })
  })
})

describe('a record in the topic of commands', () => {
  const key = Buffer.from('store-1')
  const fields = {
    era: 5,
    store_id: 'store-1',
    number: 8,
    attempt: 1,
    kind: 'resync',
    reference: null,
    payload: resync.body,
    issued_at: 0,
  }

  test('is read with the body that the router calls payload', () => {
    expect(readCommand({ ok: true, name: 'commands', fields }, key)).toEqual(resync)
  })
  test('names its store by its value, and by its key where the value does not', () => {
    const of = (name: string) =>
      ({ ok: true, name: 'commands', fields: { ...fields, store_id: name } }) as const
    expect(readCommand(of('store-2'), key)).toMatchObject({ storeId: 'store-2' })
    const { store_id: _none, ...older } = fields
    expect(readCommand({ ok: true, name: 'commands', fields: older }, key)).toMatchObject({
      storeId: 'store-1',
    })
    expect(readCommand({ ok: true, name: 'commands', fields: older }, null)).toMatchObject({ storeId: '' })
  })
  test('of a central that knows no eras is of era 0', () => {
    const { era: _era, ...older } = fields
    expect(readCommand({ ok: true, name: 'commands', fields: older }, Buffer.from('store-1'))).toMatchObject({
      era: 0,
      number: 8,
    })
  })
  test('with a number but no kind is left to be refused', () => {
    expect(readCommand({ ok: true, name: 'commands', fields: { number: 8 } }, key)).toMatchObject({
      number: 8,
      kind: '',
    })
  })
  test.each([{}, { ...fields, number: 0 }, { ...fields, number: 1.5 }, { ...fields, number: '8' }])(
    '%j has no number to answer',
    (fields) => {
      expect(readCommand({ ok: true, name: 'commands', fields }, key)).toBeNull()
    },
  )
  test('that is a tombstone is no command', () => {
    expect(readCommand({ ok: false, reason: 'tombstone' }, key)).toBeNull()
  })
})
