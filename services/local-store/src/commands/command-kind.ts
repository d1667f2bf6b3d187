import type { Reader } from '@shelfwire/mysql'
import type { z } from 'zod'
import type { Draft } from '../journal/draft.ts'
import type { Decision, Reads } from '../lane/operation.ts'

/** What became of a command whose turn it was. */
export type Done =
  | { outcome: 'done' }
  /** It can't be done; an entry says why. */
  | { outcome: 'refused'; reason: string }
  /** Goes on in a further transaction, which is given `resumeAt`. */
  | { outcome: 'unfinished'; resumeAt: number }

/** A command of one kind whose turn it is. */
export interface Turn<Body> {
  body: Body
  /** Its number, told from the same one in other eras; see `numberOfAllEras`. */
  numberOfAllEras: number
  /** Where an earlier transaction left off; undefined at first. */
  resumeAt: number | undefined
}

/** How one kind of command is done. `Found` is what it may need read before it can be decided. */
export interface CommandKind<Body, Found = undefined> {
  readonly kind: string
  readonly body: z.ZodType<Body>
  /** What the body must be, for the refusal of one that is something else. */
  readonly legalBody: string
  /** Rows to write in one transaction, at least 1. */
  weigh(body: Body): number
  /** The levels it needs; none by default. */
  reads?(body: Body): Pick<Reads, 'skus'>
  /** Run when `decide` answers that it needs more. */
  readMore?(reader: Reader, turn: Turn<Body>): Promise<Found>
  /** `found` is undefined until it was asked for. */
  decide(turn: Turn<Body>, draft: Draft, found: Found | undefined): Decision<Done, 'more'>
}

export type AnyCommandKind = CommandKind<unknown, unknown>
