import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import type { Beat, Entry } from '@shelfwire/contracts'
import { BEAT_FIELDS, ENTRY_FIELDS } from '../../../services/central-update/src/testing/debezium-fields.ts'

/** Encodes a store's rows as its connector does: Avro after Confluent's header. */
export interface AvroRecords {
  entry(entry: Entry): Buffer
  beat(beat: Beat): Buffer
}

/** Registers the schemas of entries and beats and encodes with them. */
export async function openAvroRecords(registryUrl: string): Promise<AvroRecords> {
  const registry = new SchemaRegistry({ host: registryUrl })
  const [encodeEntry, encodeBeat] = await Promise.all([
    encoder(registry, 'Entry', ENTRY_FIELDS),
    encoder(registry, 'Beat', BEAT_FIELDS),
  ])
  return {
    entry: (entry) =>
      encodeEntry({
        epoch: entry.epoch,
        seq: entry.seq,
        store_id: entry.storeId,
        sku: entry.sku,
        kind: entry.kind,
        on_hand_delta: entry.onHandDelta,
        held_delta: entry.heldDelta,
        on_hand: entry.onHand,
        held: entry.held,
        hold_id: entry.holdId,
        caller: entry.caller,
        request_id: entry.requestId,
        reference: entry.reference,
        reason: entry.reason,
        occurred_at: entry.occurredAtUs,
        recorded_at: entry.recordedAtUs,
        ...committedBy(entry.storeId),
      }),
    beat: (beat) =>
      encodeBeat({
        store_id: beat.storeId,
        epoch: beat.epoch,
        seq: beat.seq,
        ping: beat.ping,
        commands_done: beat.commandsDone,
        checksum: beat.checksum,
        beat_at: beat.beatAtUs,
        ...committedBy(beat.storeId),
      }),
  }
}

function committedBy(storeId: string) {
  return { __op: 'c', __connector: storeId, __commit_ms: Date.now() }
}

async function encoder(registry: SchemaRegistry, name: string, fields: object[]) {
  const schema = JSON.stringify({ type: 'record', namespace: 'shelfwire', name, fields })
  const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject: `shelfwire.${name}` })
  // The registry's own `encode` is asynchronous, which slows a million records down.
  const type = (await registry.getSchema(id)) as unknown as { toBuffer(row: object): Buffer }
  const header = Buffer.alloc(5)
  header.writeInt32BE(id, 1)
  return (row: object) => Buffer.concat([header, type.toBuffer(row)])
}
