import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { askAtMost } from './ask-at-most.ts'

const bounds = { keepMs: 0, deadlineMs: 30 }

test('many who ask at once are told by one question', async () => {
  let questions = 0
  const ask = askAtMost(async () => ++questions, { keepMs: 60_000, deadlineMs: 1_000 })
  const answers = await Promise.all([ask(), ask(), ask()])
  expect(answers).toEqual(Array(3).fill({ value: 1, trouble: null, backForMs: null }))
  expect(await ask()).toEqual({ value: 1, trouble: null, backForMs: null })
})

test('someone who fails leaves the last answer, with the trouble', async () => {
  const replies = [() => 'up', () => Promise.reject(new Error('connection refused'))]
  const ask = askAtMost(async () => replies.shift()?.(), bounds)
  expect(await ask()).toEqual({ value: 'up', trouble: null, backForMs: null })
  expect(await ask()).toEqual({ value: 'up', trouble: 'connection refused', backForMs: null })
})

test('someone who is back after a silence says for how long', async () => {
  const replies = [() => Promise.reject(new Error('connection refused')), () => 'up', () => 'up']
  const ask = askAtMost(async () => replies.shift()?.(), bounds)
  expect(await ask()).toMatchObject({ trouble: 'connection refused', backForMs: null })
  expect((await ask()).backForMs).toBeLessThan(1_000)
  await pause(20)
  expect((await ask()).backForMs).toBeGreaterThan(10)
})

test('someone who is silent is waited for no longer than the deadline, and not asked twice', async () => {
  let questions = 0
  const ask = askAtMost(() => {
    questions += 1
    return new Promise<never>(() => {})
  }, bounds)
  expect(await ask()).toEqual({ value: undefined, trouble: 'no answer for 30 ms', backForMs: null })
  expect(await ask()).toEqual({ value: undefined, trouble: 'no answer for 30 ms', backForMs: null })
  expect(questions).toBe(1)
})
