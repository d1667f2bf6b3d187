import { createLog } from '@shelfwire/http'
import { createLane } from '@shelfwire/lane'
import { expect, test } from 'vitest'
import type { BeatRequest } from './beat-operation.ts'
import { startBeats } from './beats.ts'
import { createHeardPing } from './heard-ping.ts'

const NEVER_MS = 2 ** 30

/** Beats on a real lane whose transactions end when the test says so; `taken` are the pings they answered. */
function beatsOnLane() {
  const taken: number[] = []
  let release = () => {}
  const lane = createLane<() => number, void>({
    name: 'the test lane',
    maxBatch: 10,
    maxWaiting: 10,
    onFailure: () => 'fail',
    async transact(batch) {
      for (const takePing of batch) taken.push(takePing())
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return batch.map(() => undefined)
    },
  })
  const heard = createHeardPing()
  const log = createLog('test', 'error')
  const beats = startBeats({
    lane: {
      submit: (_operation, request) => lane.submit((request as BeatRequest).takePing) as Promise<never>,
    },
    heard,
    log,
    quietMs: NEVER_MS,
  })
  return { taken, heard, beats, endTransaction: () => release() }
}

test('pings heard while a beat waits share it, and the newest is answered', async () => {
  const { taken, heard, beats, endTransaction } = beatsOnLane()
  for (const ping of [1, 2, 3]) {
    heard.hear(ping, 0)
    beats.beat()
  }
  await expect.poll(() => taken).toEqual([3])
  endTransaction()
  beats.close()
})

test('a ping heard while a beat is being committed gets one of its own: it was sent after that one was taken', async () => {
  const { taken, heard, beats, endTransaction } = beatsOnLane()
  heard.hear(1, 0)
  beats.beat()
  await expect.poll(() => taken).toEqual([1])
  heard.hear(2, 0)
  beats.beat()
  endTransaction()
  await expect.poll(() => taken).toEqual([1, 2])
  endTransaction()
  beats.close()
})
