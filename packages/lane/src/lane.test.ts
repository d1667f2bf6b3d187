import { Fault } from '@shelfwire/contracts'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createLane, type LaneOptions } from './lane.ts'

interface Gate {
  batches: number[][]
  /** Lets the transaction that runs now end; later ones end by themselves. */
  open: () => void
}

/** A lane whose first transaction waits, so that a test decides what collects behind it. */
function gatedLane(options: Partial<LaneOptions<number, number>> = {}) {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const gate: Gate = { batches: [], open }
  const lane = createLane<number, number>({
    name: 'the test lane',
    maxBatch: 100,
    maxWaiting: 100,
    onFailure: () => 'fail',
    async transact(batch) {
      gate.batches.push([...batch])
      await opened
      return batch.map((request) => request * 10)
    },
    ...options,
  })
  return { lane, gate }
}

const firstRuns = (gate: Gate) => expect.poll(() => gate.batches.length).toBe(1)

describe('a lane', () => {
  test('a lane answers each request with its own answer', async () => {
    const { lane, gate } = gatedLane()
    gate.open()
    expect(await Promise.all([1, 2, 3].map((request) => lane.submit(request)))).toEqual([10, 20, 30])
    expect(gate.batches).toEqual([[1, 2, 3]])
  })

  test('requests that queued during a transaction run in the next one, in their order', async () => {
    const { lane, gate } = gatedLane()
    const first = lane.submit(1)
    await firstRuns(gate)
    const others = [2, 3, 4].map((request) => lane.submit(request))
    gate.open()
    await Promise.all([first, ...others])
    expect(gate.batches).toEqual([[1], [2, 3, 4]])
  })

  test('an idle lane starts at once, without a timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] })
    try {
      const { lane, gate } = gatedLane()
      gate.open()
      expect(await lane.submit(1)).toBe(10)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  test('a transaction stays within its largest weight, and a heavier request runs alone', async () => {
    const { lane, gate } = gatedLane({ maxBatch: 5, weigh: (request) => request })
    const first = lane.submit(1)
    await firstRuns(gate)
    const others = [2, 3, 1, 9, 4].map((request) => lane.submit(request))
    gate.open()
    await Promise.all([first, ...others])
    expect(gate.batches).toEqual([[1], [2, 3], [1], [9], [4]])
  })

  test('a request is rejected while the queue is full, and accepted afterwards', async () => {
    const { lane, gate } = gatedLane({ maxWaiting: 2 })
    const first = lane.submit(1)
    await firstRuns(gate)
    const waiting = [lane.submit(2), lane.submit(3)]
    expect(lane.waiting).toBe(2)
    await expect(lane.submit(4)).rejects.toMatchObject({ code: 'lane_full', canRetry: true })
    gate.open()
    await Promise.all([first, ...waiting])
    expect(await lane.submit(5)).toBe(50)
  })

  test('a lane that closes answers its queue first, and rejects later requests', async () => {
    const { lane, gate } = gatedLane()
    const first = lane.submit(1)
    await firstRuns(gate)
    const second = lane.submit(2)
    const closed = lane.close()
    await expect(lane.submit(3)).rejects.toMatchObject({ code: 'lane_closed' })
    gate.open()
    await closed
    expect(await Promise.all([first, second])).toEqual([10, 20])
  })
})

test.each([0, -1, Number.NaN])('a request of weight %d throws a RangeError', (weight) => {
  const { lane } = gatedLane({ weigh: () => weight })
  expect(() => lane.submit(1)).toThrow(RangeError)
})

describe('requests that depend on each other', () => {
  test('requests submitted in order are rejected from the first one for which the queue is full', async () => {
    const { lane, gate } = gatedLane({ maxWaiting: 10, weigh: (request) => request })
    const first = lane.submit(1)
    await firstRuns(gate)
    const waiting = lane.submit(5)
    const inOrder = lane.submitInOrder([3, 7, 1])
    const settled = Promise.allSettled(inOrder)
    gate.open()
    await Promise.all([first, waiting])
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(gate.batches).toEqual([[1], [5, 3]])
  })

  test('requests submitted in order run up to the first that fails but may be retried; others go on', async () => {
    const requests = fc.array(fc.record({ till: fc.nat(2), weight: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(requests, fc.nat(29), fc.nat(20), async (all, culprit, maxWaiting) => {
        const done: number[] = []
        const lane = createLane<number, number>({
          name: 'the test lane',
          maxBatch: 8,
          maxWaiting,
          weigh: (index) => all[index]?.weight ?? 1,
          async transact(batch) {
            if (batch.includes(culprit)) throw new Fault('too_slow', 'too slow', { canRetry: true })
            done.push(...batch)
            return batch
          },
          onFailure: () => 'split',
        })
        const byTill = Map.groupBy(all.keys(), (index) => all[index]?.till)
        const results = await Promise.all(
          [...byTill].map(async ([, indexes]) => {
            const answers = await Promise.allSettled(lane.submitInOrder(indexes))
            return answers.map(({ status }, place) => ({ index: indexes[place] as number, status }))
          }),
        )
        for (const till of results) {
          const isDone = till.map(({ status }) => status === 'fulfilled')
          // What was done is a prefix of what the till sent, and nothing that was rejected was done.
          expect(isDone).toEqual([...isDone].sort((one, other) => Number(other) - Number(one)))
          for (const { index, status } of till) expect(done.includes(index)).toBe(status === 'fulfilled')
        }
        expect(done.includes(culprit)).toBe(false)
      }),
    )
  })
})

describe('a transaction that fails', () => {
  const poisoned = (poison: ReadonlySet<number>) => async (batch: readonly number[]) => {
    const culprit = batch.find((request) => poison.has(request))
    if (culprit !== undefined) throw new Error(`poison ${culprit}`)
    return batch.map((request) => request * 10)
  }

  test('a failing transaction is split until the request that fails is alone; no other is rejected', async () => {
    const requests = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(requests, fc.infiniteStream(fc.boolean()), async (all, coin) => {
        const poison = new Set(all.filter(() => coin.next().value))
        const lane = createLane<number, number>({
          name: 'the test lane',
          maxBatch: 100,
          maxWaiting: 100,
          transact: poisoned(poison),
          onFailure: () => 'split',
        })
        const answers = await Promise.allSettled(all.map((request) => lane.submit(request)))
        for (const [index, answer] of answers.entries()) {
          const request = all[index] as number
          if (poison.has(request)) expect(answer).toMatchObject({ reason: { message: `poison ${request}` } })
          else expect(answer).toEqual({ status: 'fulfilled', value: request * 10 })
        }
      }),
      { numRuns: 50 },
    )
  })

  test('a failed transaction is run again with the same requests on retry', async () => {
    let failures = 2
    const seen: number[] = []
    const lane = createLane<number, number>({
      name: 'the test lane',
      maxBatch: 10,
      maxWaiting: 10,
      async transact(batch) {
        if (failures-- > 0) throw new Error('deadlock')
        return batch
      },
      onFailure: (_error, attempt) => {
        seen.push(attempt)
        return 'retry'
      },
    })
    expect(await lane.submit(7)).toBe(7)
    expect(seen).toEqual([1, 2])
  })

  test('a failed transaction on rejectQueued rejects the queue behind it; later requests are accepted', async () => {
    let isDown = true
    const lane = createLane<number, number>({
      name: 'test',
      maxBatch: 1,
      maxWaiting: 10,
      transact: async (batch) => {
        if (isDown) throw new Error('down')
        return batch
      },
      onFailure: () => ({ rejectQueued: new Error('not tried') }),
    })
    const answers = await Promise.allSettled([lane.submit(1), lane.submit(2), lane.submit(3)])
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.message)).toEqual([
      ...['down', 'not tried', 'not tried'],
    ])
    isDown = false
    expect(await lane.submit(4)).toBe(4)
  })

  test('a failed transaction and the queue behind it are answered although onFailure throws', async () => {
    const lane = createLane<number, number>({
      name: 'the test lane',
      maxBatch: 1,
      maxWaiting: 10,
      transact: poisoned(new Set([1])),
      onFailure: () => {
        throw new Fault('broken', 'no action', { canRetry: false })
      },
    })
    const first = lane.submit(1)
    const second = lane.submit(2)
    await expect(first).rejects.toThrow('poison 1')
    expect(await second).toBe(20)
  })
})
