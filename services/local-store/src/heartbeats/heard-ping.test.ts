import { expect, test } from 'vitest'
import { createHeardPing } from './heard-ping.ts'

test('of two centrals whose clocks differ, the larger reading is answered', () => {
  const heard = createHeardPing()
  heard.hear(5_000, 1_000)
  heard.hear(4_000, 1_500)
  expect(heard.ping).toBe(5_000)
  heard.hear(6_000, 2_000)
  expect(heard).toMatchObject({ ping: 6_000, heardAtMs: 2_000 })
})

test('a ping from far ahead is not answered for ever', () => {
  const heard = createHeardPing()
  heard.hear(9_000_000, 0)
  heard.hear(1_000, 9_999)
  expect(heard.ping).toBe(9_000_000)
  heard.hear(2_000, 10_000)
  expect(heard.ping).toBe(2_000)
})

test('before the first ping there is none', () => {
  expect(createHeardPing()).toMatchObject({ ping: 0, heardAtMs: null })
})
