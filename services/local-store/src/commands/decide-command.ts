import type { Command } from '@shelfwire/contracts'
import type { Head } from '../journal/books.ts'
import type { AnyCommandKind } from './command-kind.ts'

/** Where a command stands in the order of a store's commands. */
export type Place = 'next' | 'not_ours' | 'repeat' | 'dropped'

/**
 * The place of a command where the store's head stands. It is next with exactly the next number of its era, or number 1
 * of a greater era. A command of another store has no number here: answering it would skip the store's own command of
 * that number.
 */
export function placeCommand(
  command: Pick<Command, 'storeId' | 'era' | 'number'>,
  { storeId, era, commandsDone }: Pick<Head, 'storeId' | 'era' | 'commandsDone'>,
): Place {
  if (command.storeId !== storeId) return 'not_ours'
  if (command.era < era) return 'dropped'
  const done = command.era === era ? commandsDone : 0
  if (command.number <= done) return 'repeat'
  return command.number > done + 1 ? 'dropped' : 'next'
}

/** A command whose kind and body are known, or why the store can't do it. */
export type Task = { kind: AnyCommandKind; body: unknown } | { refusal: string }

/** What a command asks for. */
export function taskOf({ kind: name, body: text }: Command, kinds: readonly AnyCommandKind[]): Task {
  const kind = kinds.find((each) => each.kind === name)
  if (kind === undefined) return { refusal: `unknown kind ${name}` }
  const body = kind.body.safeParse(parseJson(text))
  return body.success
    ? { kind, body: body.data }
    : { refusal: `${name}: the body must name ${kind.legalBody}` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
