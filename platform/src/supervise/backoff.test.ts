import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

test('a component that keeps dying is restarted ever more slowly, up to ten seconds', () => {
  const backoff = new Backoff()
  const pauses = Array.from({ length: 8 }, () => backoff.pauseMs(100))
  expect(pauses).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
})

test('a component that had been steady is restarted at once again', () => {
  const backoff = new Backoff()
  backoff.pauseMs(100)
  backoff.pauseMs(100)
  expect(backoff.pauseMs(30_000)).toBe(200)
})
