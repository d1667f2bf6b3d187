import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Fault } from '@shelfwire/contracts'

/** A record's decoded fields, or why it can't be decoded. */
export type Decoded =
  | { ok: true; name: string; fields: Record<string, unknown> }
  | { ok: false; reason: string }

/** The part of an avsc type that is used here. */
interface AvroType {
  name?: string
  fromBuffer(bytes: Buffer): unknown
}

/** Decodes values that begin with Confluent's header: a zero byte, then the schema's id in four bytes. */
export interface Decoder {
  /** Loads the schemas of `values` that aren't cached yet. Throws the Fault `registry_unreachable`. */
  prepare(values: Iterable<Buffer | null>): Promise<void>
  /** Decodes synchronously; call {@link prepare} first. */
  decode(value: Buffer | null): Decoded
}

const HEADER_BYTES = 5

/**
 * Statuses by which a registry says that it has no schema for this id: asking again doesn't help the record. Any other
 * failure (5xx, 401, 429, no answer) is the registry's own, and the caller retries.
 */
const NO_SCHEMA = new Set<unknown>([400, 404, 422])
const NO_ANSWER = 504

/** Without a limit, a registry that accepts a request and never answers would block the consumer for ever. */
const ANSWER_WITHIN_MS = 5_000

/** A decoder whose schemas come from a registry with Confluent's interface; each is fetched once. */
export function createDecoder(registryUrl: string, { answerWithinMs = ANSWER_WITHIN_MS } = {}): Decoder {
  const registry = new SchemaRegistry({
    host: registryUrl,
    retry: { retries: 0 },
    middlewares: [
      () => ({
        prepareRequest: async (next) => (await next()).enhance({ timeout: answerWithinMs }),
      }),
    ],
  })
  /** A schema's type, or why there is none: not registered, or not valid Avro. */
  const types = new Map<number, AvroType | string>()

  /**
   * The status with which the registry refused a schema; undefined when the error has none. The client reports a failure
   * without an answer (a timeout, a refused connection) as 400 too, so after a 400 the status is read by a request of
   * our own, within the same limit.
   */
  async function statusOf(error: unknown, { id, beganMs }: { id: number; beganMs: number }) {
    const status = error instanceof Error && 'status' in error ? error.status : undefined
    if (status !== 400) return status
    const leftMs = Math.max(1, Math.round(beganMs + answerWithinMs - performance.now()))
    const answer = fetch(`${registryUrl}/schemas/ids/${id}`, { signal: AbortSignal.timeout(leftMs) })
    return answer.then((response) => response.status).catch(() => NO_ANSWER)
  }

  async function load(id: number): Promise<void> {
    const beganMs = performance.now()
    try {
      types.set(id, (await registry.getSchema(id)) as unknown as AvroType)
    } catch (error) {
      const status = await statusOf(error, { id, beganMs })
      if (status === undefined) {
        types.set(id, `schema ${id} is not valid Avro: ${messageOf(error)}`)
      } else if (NO_SCHEMA.has(status)) {
        types.set(id, `no schema ${id} in the registry (${status})`)
      } else {
        const message = `schema ${id} can't be read from the registry at ${registryUrl}: ${messageOf(error)}`
        throw new Fault('registry_unreachable', message, { canRetry: true, cause: error })
      }
    }
  }

  return {
    async prepare(values) {
      const wanted = new Set<number>()
      for (const value of values) {
        const id = schemaId(value)
        // A schema that was missing is requested again: the registry may have been restored late.
        if (id !== null && typeof types.get(id) !== 'object') wanted.add(id)
      }
      for (const id of wanted) await load(id)
    },
    decode(value) {
      if (value === null) return { ok: false, reason: 'tombstone: a record without a value' }
      const id = schemaId(value)
      if (id === null) return { ok: false, reason: 'undecodable: no schema id in its first five bytes' }
      const type = types.get(id)
      if (type === undefined) return { ok: false, reason: `undecodable: schema ${id} was not prepared` }
      if (typeof type === 'string') return { ok: false, reason: `undecodable: ${type}` }
      try {
        const fields = type.fromBuffer(value.subarray(HEADER_BYTES)) as Record<string, unknown>
        return { ok: true, name: type.name ?? '', fields }
      } catch (error) {
        return { ok: false, reason: `undecodable: ${messageOf(error)}` }
      }
    },
  }
}

function schemaId(value: Buffer | null): number | null {
  if (value === null || value.length < HEADER_BYTES || value[0] !== 0) return null
  return value.readInt32BE(1)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
