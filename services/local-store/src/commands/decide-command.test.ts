import type { Command } from '@shelfwire/contracts'
import { describe, expect, test } from 'vitest'
import { decideCommand } from './decide-command.ts'
import { readCommand } from './read-command.ts'

const resync: Command = {
  number: 8,
  attempt: 1,
  kind: 'resync',
  reference: null,
  body: '{"epoch":1,"fromSeq":3,"toSeq":5}',
  issuedAtUs: 0,
}

describe('a command', () => {
  test('with the next number is done', () => {
    expect(decideCommand(resync, 7)).toEqual({ outcome: 'resync', range: { epoch: 1, fromSeq: 3, toSeq: 5 } })
  })
  test('with a number that is done is a repeat', () => {
    expect(decideCommand(resync, 8)).toEqual({ outcome: 'repeat' })
  })
  test('with a number beyond the next is dropped', () => {
    expect(decideCommand(resync, 6)).toEqual({ outcome: 'dropped' })
  })
  test.each([
    ['of an unknown kind', { kind: 'dance' }],
    ['whose body is no JSON', { body: '{' }],
    ['whose body lacks a field', { body: '{"epoch":1,"fromSeq":3}' }],
    ['whose body has another field', { body: '{"epoch":1,"fromSeq":3,"toSeq":5,"colour":"red"}' }],
    ['whose range runs backwards', { body: '{"epoch":1,"fromSeq":5,"toSeq":3}' }],
  ])('%s is refused, with the reason', (_what, broken) => {
    expect(decideCommand({ ...resync, ...broken }, 7)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(/./),
    })
  })
})

describe('a record in the topic of commands', () => {
  const fields = {
    number: 8,
    attempt: 1,
    kind: 'resync',
    reference: null,
    payload: resync.body,
    issued_at: 0,
  }

  test('is read with the body that the router calls payload', () => {
    expect(readCommand({ ok: true, name: 'commands', fields })).toEqual(resync)
  })
  test('with a number but no kind is left to be refused', () => {
    expect(readCommand({ ok: true, name: 'commands', fields: { number: 8 } })).toMatchObject({
      number: 8,
      kind: '',
    })
  })
  test.each([{}, { ...fields, number: 0 }, { ...fields, number: 1.5 }, { ...fields, number: '8' }])(
    '%j has no number to answer',
    (fields) => {
      expect(readCommand({ ok: true, name: 'commands', fields })).toBeNull()
    },
  )
  test('that is a tombstone is no command', () => {
    expect(readCommand({ ok: false, reason: 'tombstone' })).toBeNull()
  })
})
