import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MAX_KEYS_PER_LIST, selectByKeys } from './index.ts'

const ROOT = join(import.meta.dirname, '../../..')
const PLACES = ['packages', 'services', 'demo', 'chaos', 'bench']

test('keys are asked for in lists that no server reads a whole table for, and rows come in their order', async () => {
  const keys = Array.from({ length: 2_000 }, (_, index) => index)
  const sizes: number[] = []
  const rows = await selectByKeys(keys, async (slice) => {
    sizes.push(slice.length)
    return slice
  })
  expect(rows).toEqual(keys)
  expect(sizes).toEqual([MAX_KEYS_PER_LIST, MAX_KEYS_PER_LIST, 200])
  expect(MAX_KEYS_PER_LIST).toBeLessThan(1_000)
  expect(await selectByKeys([], async () => ['never asked'])).toEqual([])
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
