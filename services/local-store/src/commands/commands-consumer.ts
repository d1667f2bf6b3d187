import { type Command, commandsTopic } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import {
  type Consuming,
  type Decoder,
  type EachBatchPayload,
  type Kafka,
  type KafkaMessage,
  keepConsuming,
} from '@shelfwire/kafka'
import type { StoreLane } from '../lane/store-lane.ts'
import type { AnyCommandKind } from './command-kind.ts'
import type { CommandOutcome } from './command-operation.ts'
import { doInOrder } from './do-in-order.ts'
import { parseCommand } from './parse-command.ts'

export interface CommandsOptions {
  kafka: Kafka
  decoder: Decoder
  storeId: string
  lane: Pick<StoreLane, 'submitInOrder'>
  /** What the store can do; other commands are refused. */
  kinds: readonly AnyCommandKind[]
  log: Logger
  /** Called for every record that could not be read. */
  onUnreadable: () => void
}

/**
 * Runs central's commands in their order. The commands of one poll go to the lane together, and the offset is committed
 * once, after all of them are answered.
 */
export function consumeCommands(options: CommandsOptions): Consuming {
  const { kafka, decoder, storeId, lane, kinds, log } = options
  return keepConsuming({
    kafka,
    groupId: `local-store.${storeId}.commands`,
    topic: commandsTopic(storeId),
    fromBeginning: true,
    log,
    async eachBatch(payload) {
      const { messages } = payload.batch
      // Throws while the schema registry is away: Kafka then delivers the batch again.
      await decoder.prepare(messages.map(({ value }) => value))
      const commands = messages.flatMap((message) => readCommand(message, options) ?? [])
      const isRunning = () => payload.isRunning() && !payload.isStale()
      const outcomes = await doInOrder(commands, {
        lane,
        kinds,
        log,
        isRunning,
        onProgress: payload.heartbeat,
      })
      for (const [index, command] of commands.entries()) logOutcome(log, command, outcomes[index])
      await commit(payload)
    },
  })
}

/** The command in a record; null when it has no number by which it could be answered. */
function readCommand(
  { value, key, offset }: KafkaMessage,
  { decoder, log, onUnreadable }: CommandsOptions,
): Command | null {
  const decoded = decoder.decode(value)
  const command = parseCommand(decoded, key)
  if (command === null) {
    const reason = decoded.ok ? 'no number' : decoded.reason
    log.error(
      { offset, reason },
      'skipped an unreadable command; central sends commands again that are not done',
    )
    onUnreadable()
  }
  return command
}

async function commit({
  batch,
  resolveOffset,
  commitOffsetsIfNecessary,
  uncommittedOffsets,
}: EachBatchPayload) {
  resolveOffset(batch.lastOffset())
  await commitOffsetsIfNecessary(uncommittedOffsets())
}

function logOutcome(
  log: Logger,
  { storeId, number, kind }: Command,
  outcome: CommandOutcome | undefined,
): void {
  if (outcome?.outcome === 'not_ours')
    log.error({ of: storeId, number, kind }, "ignored another store's command")
  else log.info({ number, kind, outcome: outcome?.outcome }, 'answered a command')
}
