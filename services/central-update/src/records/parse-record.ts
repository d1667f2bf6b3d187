import { type Beat, type Entry, KINDS_WITHOUT_SKU } from '@shelfwire/contracts'
import type { Decoded } from '@shelfwire/kafka'
import type { Content } from './record.ts'
import { BEAT_RULES, brokenRule, ENTRY_RULES } from './record-fields.ts'

const STORE_ID = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

/**
 * What a record says. Anything but a whole and consistent row of one of the three captured tables, under its own
 * store's key, is `broken`, with a reason for people; nothing is guessed.
 */
export function parseRecord(key: Buffer | null, decoded: Decoded): Content {
  const storeId = storeOf(key)
  const source = decoded.ok ? decoded.fields.__connector : null
  const connector = typeof source === 'string' ? source : null
  const refuse = (reason: string): Content => ({
    type: 'broken',
    storeId,
    connector,
    reason,
    isForeign: false,
  })
  if (!decoded.ok) return refuse(decoded.reason)
  if (storeId === null) return refuse('its key is no store id')

  const { name, fields } = decoded
  const rules = rulesOf(name)
  if (rules === null) return refuse(`unknown table: its schema is named ${JSON.stringify(name)}`)
  const problem = brokenRule(fields, rules)
  if (problem !== null) return refuse(problem)
  if (fields.store_id !== storeId)
    return refuse(`wrong store: store_id is ${fields.store_id}, its key is ${storeId}`)

  if (connector === null) return refuse('__connector is missing')
  if (rules === BEAT_RULES) {
    const isSnapshot = fields.__op === 'r'
    return { type: 'beat', storeId, connector, beat: beatOf(storeId, fields), isSnapshot }
  }
  const entry = entryOf(storeId, fields)
  if (entry.held > entry.onHand) return refuse(`held is ${entry.held}, more than on_hand ${entry.onHand}`)
  if (entry.sku === null && !KINDS_WITHOUT_SKU.has(entry.kind))
    return refuse(`sku is missing in an entry of kind ${entry.kind}`)
  return { type: 'entry', storeId, connector, entry }
}

/** When the store's database committed the row, by its clock; null when the record doesn't say. */
export function commitMsOf(decoded: Decoded): number | null {
  const commitMs = decoded.ok ? decoded.fields.__commit_ms : null
  return typeof commitMs === 'number' && commitMs > 0 ? commitMs : null
}

function storeOf(key: Buffer | null): string | null {
  if (key === null || key.length > 32) return null
  const text = key.toString('latin1')
  return STORE_ID.test(text) ? text : null
}

function rulesOf(schemaName: string) {
  switch (schemaName) {
    case 'shelfwire.Entry':
    case 'shelfwire.Replay':
      return ENTRY_RULES
    case 'shelfwire.Beat':
      return BEAT_RULES
    default:
      return null
  }
}

// The casts below state what the rules above have just checked.
function entryOf(storeId: string, fields: Record<string, unknown>): Entry {
  return {
    epoch: fields.epoch as number,
    seq: fields.seq as number,
    storeId,
    sku: fields.sku as string | null,
    kind: fields.kind as Entry['kind'],
    onHandDelta: fields.on_hand_delta as number,
    heldDelta: fields.held_delta as number,
    onHand: fields.on_hand as number,
    held: fields.held as number,
    holdId: fields.hold_id as string | null,
    caller: fields.caller as string,
    requestId: fields.request_id as string,
    reference: fields.reference as string | null,
    reason: fields.reason as string | null,
    occurredAtUs: fields.occurred_at as number,
    recordedAtUs: fields.recorded_at as number,
  }
}

function beatOf(storeId: string, fields: Record<string, unknown>): Beat {
  return {
    storeId,
    epoch: fields.epoch as number,
    seq: fields.seq as number,
    ping: fields.ping as number,
    era: (fields.era as number | null | undefined) ?? 0,
    commandsDone: fields.commands_done as number,
    checksum: fields.checksum as string,
    beatAtUs: fields.beat_at as number,
  }
}
