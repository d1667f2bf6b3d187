import { setTimeout as pause } from 'node:timers/promises'
import { type Command, commandsTopic, Fault } from '@shelfwire/contracts'
import type { Logger } from '@shelfwire/http'
import {
  type Consuming,
  type Decoder,
  type EachBatchPayload,
  type Kafka,
  keepConsuming,
} from '@shelfwire/kafka'
import type { StoreLane } from '../lane/store-lane.ts'
import { readCommand } from './read-command.ts'

const RETRY_PAUSE_MS = 500

export interface CommandsOptions {
  kafka: Kafka
  decoder: Decoder
  storeId: string
  lane: Pick<StoreLane, 'command'>
  log: Logger
  /** Told of every record that could not be read. */
  onUnreadable: () => void
}

/** Does central's commands in their order; the offset is committed only after the lane has answered. */
export function obeyCommands(options: CommandsOptions): Consuming {
  const { kafka, decoder, storeId, log, onUnreadable } = options
  return keepConsuming({
    kafka,
    groupId: `local-store.${storeId}.commands`,
    topic: commandsTopic(storeId),
    fromBeginning: true,
    log,
    async eachBatch(payload) {
      const { batch, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets } = payload
      // Thrown when the registry is away: the batch comes again.
      await decoder.prepare(batch.messages.map(({ value }) => value))
      for (const message of batch.messages) {
        if (!payload.isRunning() || payload.isStale()) return
        const decoded = decoder.decode(message.value)
        const command = readCommand(decoded, message.key)
        if (command !== null) await doCommand(command, options, payload)
        else {
          // Without a number there is nothing to answer. Central sends again what isn't done, and pages.
          log.error(
            { offset: message.offset, reason: decoded.ok ? 'no number' : decoded.reason },
            'unreadable command',
          )
          onUnreadable()
        }
        resolveOffset(message.offset)
        await commitOffsetsIfNecessary(uncommittedOffsets())
        await payload.heartbeat()
      }
    },
  })
}

/** Until it is answered: a full lane or a database that is away only delays a command. */
async function doCommand(
  command: Command,
  { lane, log }: CommandsOptions,
  payload: EachBatchPayload,
): Promise<void> {
  let fromSeq: number | undefined
  while (payload.isRunning()) {
    try {
      const answer = await lane.command({ command, fromSeq })
      if (answer.outcome !== 'more') {
        const { storeId, number, kind } = command
        if (answer.outcome === 'not_ours') log.error({ of: storeId, number, kind }, "another store's command")
        else log.info({ number, kind, outcome: answer.outcome }, 'command')
        return
      }
      fromSeq = answer.fromSeq
    } catch (error) {
      if (error instanceof Fault && error.code === 'lane_closed') throw error
      log.warn({ err: error, number: command.number }, 'a command has to wait')
      await pause(RETRY_PAUSE_MS)
    }
    await payload.heartbeat()
  }
  throw new Fault('stopped', `command ${command.number} is left for the next run`, { canRetry: true })
}
