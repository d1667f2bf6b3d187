import { describe, expect, test } from 'vitest'
import { type Comparison, judge, judgementText, verdictOf, worstOf } from './judge.ts'

const ratio = (goal: number, values: number[]): Comparison => {
  return { what: 'sales', label: 'ratio', unit: '', goalIs: 'at least', goal, values }
}
const time = (goal: number, values: number[]): Comparison => {
  return { what: 'lag', label: 'p50', unit: 'ms', goalIs: 'at most', goal, values }
}

describe('a comparison', () => {
  test('a comparison is judged by the median of its rounds, and shows their spread', () => {
    const judged = judge(ratio(6, [7.1, 5.9, 6.4]))
    expect(judged.reached).toBeGreaterThan(1)
    expect(judgementText(judged)).toBe('ratio 6.40 (5.90 to 7.10), goal 6')
  })

  test('a goal for a time is reached by values below it', () => {
    expect(judge(time(25, [12, 14, 40])).reached).toBeGreaterThan(1)
    expect(judge(time(25, [26, 30, 12])).reached).toBeLessThan(1)
  })
})

describe('a bench', () => {
  const short = judge(ratio(6, [5, 5, 5]))
  const good = judge(ratio(2, [5, 5, 5]))

  test('a bench is judged by its worst comparison', () => {
    expect(worstOf([good, short])).toBe(short)
    expect(verdictOf(worstOf([good, short]), [])).toBe('short')
    expect(verdictOf(good, [])).toBe('ok')
  })

  test('a comparison without a value is the worst of all', () => {
    const none = judge(ratio(1, []))
    expect(worstOf([short, none])).toBe(none)
    expect(verdictOf(none, [])).toBe('short')
  })

  test('a bench that lost a unit is incorrect, however fast', () => {
    expect(verdictOf(good, ['a unit was sold twice'])).toBe('incorrect')
  })
})
