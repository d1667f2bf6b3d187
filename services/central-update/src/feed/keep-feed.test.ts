import { expect, test } from 'vitest'
import { feedChores } from './keep-feed.ts'

const noon = new Date('2026-05-01T12:00:00Z')
const bound = (below: string) => ({ name: `below_${below}`, below })

test('a new feed gets partitions for today and two days ahead', () => {
  expect(feedChores(noon, [])).toEqual({ add: ['2026-05-01', '2026-05-02', '2026-05-03'], drop: [] })
})

test('a day later one more is made, and nothing is dropped that is younger than a day', () => {
  const bounds = ['2026-05-01', '2026-05-02', '2026-05-03'].map(bound)
  expect(feedChores(noon, bounds)).toEqual({ add: ['2026-05-03'], drop: [] })
})

test('days before yesterday are dropped', () => {
  const bounds = ['2026-04-29', '2026-04-30', '2026-05-01', '2026-05-04'].map(bound)
  expect(feedChores(noon, bounds)).toEqual({ add: [], drop: ['below_2026-04-29', 'below_2026-04-30'] })
})
