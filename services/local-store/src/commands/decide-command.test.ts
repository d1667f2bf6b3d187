import type { Command } from '@shelfwire/contracts'
import { describe, expect, test } from 'vitest'
import { placeCommand, taskOf } from './decide-command.ts'
import { forgetEpochs } from './forget-epochs.ts'
import { parseCommand } from './parse-command.ts'
import { resync } from './resync/resync.ts'

const command: Command = {
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

const KINDS = [resync, forgetEpochs]

test('a command of a known kind is done with its body', () => {
  const body = { epoch: 1, fromSeq: 3, toSeq: 5 }
  expect(taskOf(command, KINDS)).toEqual({ kind: resync, body })
})

describe('a command', () => {
  test('with the next number is next', () => {
    expect(placeCommand(command, done(7))).toBe('next')
  })
  test('with a number that is done is a repeat', () => {
    expect(placeCommand(command, done(8))).toBe('repeat')
  })
  test('with a number beyond the next is dropped', () => {
    expect(placeCommand(command, done(6))).toBe('dropped')
  })
  test.each([
    ['the first of a greater era begins it', { era: 6, number: 1 }, 'next'],
    ['the first of a greater era begins it, however many were done before', { era: 900, number: 1 }, 'next'],
    [
      'a later one of a greater era is dropped, also under the next number of this era',
      { era: 6, number: 8 },
      'dropped',
    ],
    ['the second of a greater era is dropped', { era: 6, number: 2 }, 'dropped'],
    ['of a lower era is dropped, also under the next number', { era: 4, number: 8 }, 'dropped'],
    ['of a lower era is dropped, also as its first', { era: 4, number: 1 }, 'dropped'],
  ])('%s', (_what, place, outcome) => {
    expect(placeCommand({ ...command, ...place }, done(7))).toBe(outcome)
  })
  test.each([1, 7, 8, 9])('of another store is not ours, even with number %i', (number) => {
    expect(placeCommand({ ...command, storeId: 'store-2', number }, done(7))).toBe('not_ours')
  })
  test.each([
    ['of an unknown kind', { kind: 'dance' }],
    ['whose body is no JSON', { body: '{' }],
    ['whose body lacks a field', { body: '{"epoch":1,"fromSeq":3}' }],
    ['whose body has another field', { body: '{"epoch":1,"fromSeq":3,"toSeq":5,"colour":"red"}' }],
    ['whose range runs backwards', { body: '{"epoch":1,"fromSeq":5,"toSeq":3}' }],
  ])('%s is refused, with the reason', (_what, broken) => {
    expect(taskOf({ ...command, ...broken }, KINDS)).toEqual({ refusal: expect.stringMatching(/./) })
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
    payload: command.body,
    issued_at: 0,
  }

  test('is read with the body that the router calls payload', () => {
    expect(parseCommand({ ok: true, name: 'commands', fields }, key)).toEqual(command)
  })
  test('names its store by its value, and by its key where the value does not', () => {
    const of = (name: string) =>
      ({ ok: true, name: 'commands', fields: { ...fields, store_id: name } }) as const
    expect(parseCommand(of('store-2'), key)).toMatchObject({ storeId: 'store-2' })
    const { store_id: _none, ...older } = fields
    expect(parseCommand({ ok: true, name: 'commands', fields: older }, key)).toMatchObject({
      storeId: 'store-1',
    })
    expect(parseCommand({ ok: true, name: 'commands', fields: older }, null)).toMatchObject({ storeId: '' })
  })
  test('of a central that knows no eras is of era 0', () => {
    const { era: _era, ...older } = fields
    expect(parseCommand({ ok: true, name: 'commands', fields: older }, Buffer.from('store-1'))).toMatchObject(
      {
        era: 0,
        number: 8,
      },
    )
  })
  test('with a number but no kind is left to be refused', () => {
    expect(parseCommand({ ok: true, name: 'commands', fields: { number: 8 } }, key)).toMatchObject({
      number: 8,
      kind: '',
    })
  })
  test.each([{}, { ...fields, number: 0 }, { ...fields, number: 1.5 }, { ...fields, number: '8' }])(
    '%j has no number to answer',
    (fields) => {
      expect(parseCommand({ ok: true, name: 'commands', fields }, key)).toBeNull()
    },
  )
  test('that is a tombstone is no command', () => {
    expect(parseCommand({ ok: false, reason: 'tombstone' }, key)).toBeNull()
  })
})
