import { z } from 'zod'

/** A range of journal numbers that central misses, both ends included. */
export const resyncBody = z.strictObject({
  epoch: z.int().min(1),
  fromSeq: z.int().min(1),
  toSeq: z.int().min(1),
})

export type ResyncBody = z.infer<typeof resyncBody>

/** Central no longer needs entries of epochs below `below`: the store isn't suspect there and is in a later epoch. */
export const forgetEpochsBody = z.strictObject({ below: z.int().min(1) })

export type ForgetEpochsBody = z.infer<typeof forgetEpochsBody>

/**
 * The kinds of command that central sends. A store answers one that it can't do yet with a `command_refused` entry, and
 * always `noop` and `reconciled`, which only take a number.
 */
export const COMMAND_KINDS = ['resync', 'forget_epochs', 'firm', 'noop', 'reconciled'] as const
export type CommandKind = (typeof COMMAND_KINDS)[number]

/**
 * One instruction from central. The store does exactly number `commandsDone + 1` of its era; a lower number is a repeat
 * and a higher one is dropped (central sends again what isn't done). Number 1 of a greater era begins that era; commands
 * of a lower one are dropped.
 */
export interface Command {
  /** The store that it is for. A store ignores another store's command, even in its own topic. */
  storeId: string
  /** 0 until central is restored for the first time. */
  era: number
  number: number
  attempt: number
  /** Not {@link CommandKind}: a newer central may send kinds this store doesn't know. */
  kind: string
  reference: string | null
  /** JSON, its shape named by `kind`. */
  body: string
  issuedAtUs: number
}
