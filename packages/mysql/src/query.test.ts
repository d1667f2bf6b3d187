import { expect, test } from 'vitest'
import { combine, known, select } from './index.ts'

test('queries combined are one: statements in their order, each answer made of its own results', () => {
  const pair = combine([select<number>('first'), select<number>('second')], (answers) => answers.flat())
  const all = combine([pair, known('known'), select<number>('third')], (answers) => answers)
  expect(all.statements.map(({ sql }) => sql)).toEqual(['first', 'second', 'third'])
  expect(all.read([[1], [2, 3], [4]])).toEqual([[1, 2, 3], 'known', [4]])
})
