import { setTimeout as pause } from 'node:timers/promises'
import { JOURNAL_TOPIC } from '@shelfwire/contracts'
import { untilCaughtUp } from '@shelfwire/verify'
import { kafkaOf } from '../kafka-admin.ts'
import type { Stage } from '../stage.ts'
import { checkCentral, countResyncs } from './check-central.ts'
import { checkConsumed } from './check-metrics.ts'
import type { Violation } from './violation.ts'

const GROUP = 'central-update'
const WITHIN_MS = 120_000
/** Kafka removes a member that left at once, and one that was killed after its session timeout of 6 s. */
const GROUP_EMPTY_WITHIN = 40

/** Delivers every record that Kafka has to central-update once more: nothing may change (I10). */
export async function checkReplay(stage: Stage): Promise<Violation[]> {
  const { stack, place, databases } = stage
  const resyncs = await countResyncs(databases)
  await stack.stopComponent('central-update')
  try {
    await rewind(stage)
  } finally {
    await stack.startComponent('central-update')
  }
  const asOfAfter = Date.now()
  const goals = place.stores.map(({ storeId }) => ({ storeId, applied: { epoch: 1, seq: 0 }, asOfAfter }))
  await untilCaughtUp(place.centralQueryUrl, goals, { withinMs: WITHIN_MS })
  const violations = [...(await checkCentral(databases)), ...(await checkConsumed(stack.urls.centralUpdate))]
  if ((await countResyncs(databases)) !== resyncs) {
    violations.push({
      invariant: 'I10',
      harm: 'other',
      storeId: 'central',
      detail: 'a replay made it miss entries',
    })
  }
  return violations.map((violation) => ({ ...violation, detail: `after a replay: ${violation.detail}` }))
}

async function rewind(stage: Stage): Promise<void> {
  const admin = kafkaOf(stage).admin()
  await admin.connect()
  try {
    const offsets = await admin.fetchTopicOffsets(JOURNAL_TOPIC)
    const partitions = offsets.map(({ partition, low }) => ({ partition, offset: low }))
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await admin.setOffsets({ groupId: GROUP, topic: JOURNAL_TOPIC, partitions })
      } catch (error) {
        // Kafka refuses as long as the group has members.
        if (attempt === GROUP_EMPTY_WITHIN) throw error
        await pause(500)
      }
    }
  } finally {
    await admin.disconnect()
  }
}
