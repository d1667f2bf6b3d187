import { expect, test } from 'vitest'
import { dayChores, type Partition } from './partitions.ts'

const noon = new Date('2026-05-01T12:00:00Z')
const REST: Partition = { name: 'rest', below: null }
const bound = (below: string): Partition => ({ name: `below_${below}`, below })
const daily = { daysEach: 1, daysKept: 1 }

test('a new table gets partitions for today and two days ahead', () => {
  expect(dayChores(noon, [REST], daily)).toEqual({
    add: [
      { name: 'day_2026_05_01', below: '2026-05-02' },
      { name: 'day_2026_05_02', below: '2026-05-03' },
      { name: 'day_2026_05_03', below: '2026-05-04' },
    ],
    drop: [],
  })
})

test('a day later one more partition is made, and none within the retention is dropped', () => {
  const bounds = ['2026-05-01', '2026-05-02', '2026-05-03'].map(bound)
  expect(dayChores(noon, [...bounds, REST], daily)).toEqual({
    add: [{ name: 'day_2026_05_03', below: '2026-05-04' }],
    drop: [],
  })
})

test('a partition is dropped once all its days are beyond the retention', () => {
  const bounds = ['2026-04-29', '2026-04-30', '2026-05-01', '2026-05-04'].map(bound)
  expect(dayChores(noon, [...bounds, REST], daily)).toEqual({
    add: [],
    drop: ['below_2026-04-29', 'below_2026-04-30'],
  })
})

test('the last partition is never dropped, nor the only one with a bound', () => {
  expect(dayChores(noon, [REST], { daysEach: 7, daysKept: 14 }).drop).toEqual([])
})

test.each([1, 7, 100])(
  'over two years a table in partitions of %i days has few of them, and each day has one',
  (daysEach) => {
    const daysKept = 2 * daysEach
    let partitions: Partition[] = [REST]
    for (let day = 0; day < 730; day += 1) {
      const now = new Date(noon.getTime() + day * 86_400_000)
      const { add, drop } = dayChores(now, partitions, { daysEach, daysKept })
      partitions = [...partitions.filter(({ name }) => !drop.includes(name) && name !== 'rest'), ...add, REST]
      const today = now.toISOString().slice(0, 10)
      const kept = new Date(now.getTime() - daysKept * 86_400_000).toISOString().slice(0, 10)
      expect(partitions.length).toBeLessThanOrEqual(7)
      expect(partitions.some(({ below }) => below !== null && below > today)).toBe(true)
      // The oldest partition still has a day that must be kept, unless the table is younger than that.
      expect((partitions[0]?.below ?? '9') > kept).toBe(true)
      expect(new Set(partitions.map(({ name }) => name)).size).toBe(partitions.length)
    }
  },
)
