import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MAX_KEYS_PER_LIST, select, selectByKeys } from './index.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PLACES = ['packages', 'services', 'platform', 'demo', 'chaos', 'bench']

test('keys are split into lists that no server reads a whole table for, and rows keep their order', () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => index)
  const { statements, read } = selectByKeys(keys, (slice) => select<number>('IN (?)', [slice]))
  const lists = statements.map(({ values: [list] }) => list as number[])
  expect(lists.map(({ length }) => length)).toEqual([MAX_KEYS_PER_LIST, MAX_KEYS_PER_LIST, 200])
  expect(read(lists)).toEqual(keys)
  expect(MAX_KEYS_PER_LIST).toBeLessThan(1_000)
  const ofNoKeys = selectByKeys([], () => select('never made'))
  expect([ofNoKeys.statements, ofNoKeys.read([])]).toEqual([[], []])
})

test('every file with an IN list hands its keys over in such slices', () => {
  const careless = PLACES.flatMap((place) =>
    readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\/src\/.*(?<!\.test)\.ts$/.test(path) && !path.includes('node_modules'))
      .map((path) => `${place}/${path}`),
  ).filter((path) => {
    const source = readFileSync(join(ROOT, path), 'utf8')
    return source.includes('IN (?)') && !/MAX_KEYS_PER_LIST|selectByKeys/.test(source)
  })
  expect(careless).toEqual([])
})
