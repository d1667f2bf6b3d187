import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/invariants.md'), 'utf8')
const cited = [...page.matchAll(/`(?<file>[^`]+\.test\.ts)`: "(?<name>[^"]+)"/g)].map(({ groups }) => ({
  file: groups?.file ?? '',
  name: groups?.name ?? '',
}))

test.each(cited)('the test that $file has for "$name" exists', ({ file, name }) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(name)
})

test('every invariant cites a test, or is listed as not tested', () => {
  const numbers = Array.from({ length: 17 }, (_, index) => `I${index + 1}`)
  const named = numbers.filter((number) => new RegExp(`\\b${number}\\b`).test(page))
  expect(named).toEqual(numbers)
  expect(cited.length).toBeGreaterThan(20)
})
