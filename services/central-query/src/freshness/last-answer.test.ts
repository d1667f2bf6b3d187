import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLastAnswer } from './last-answer.ts'

const bounds = { keepMs: 0, deadlineMs: 30 }

test('concurrent callers share one request', async () => {
  let questions = 0
  const ask = createLastAnswer(async () => ++questions, { keepMs: 60_000, deadlineMs: 1_000 })
  const answers = await Promise.all([ask(), ask(), ask()])
  expect(answers).toEqual(Array(3).fill({ value: 1, trouble: null, backForMs: null }))
  expect(await ask()).toEqual({ value: 1, trouble: null, backForMs: null })
})

test('after a failed request callers get the last answer with the error', async () => {
  const replies = [() => 'up', () => Promise.reject(new Error('connection refused'))]
  const ask = createLastAnswer(async () => replies.shift()?.(), bounds)
  expect(await ask()).toEqual({ value: 'up', trouble: null, backForMs: null })
  expect(await ask()).toEqual({ value: 'up', trouble: 'connection refused', backForMs: null })
})

test('after an outage the answer says for how long requests have succeeded again', async () => {
  const replies = [() => Promise.reject(new Error('connection refused')), () => 'up', () => 'up']
  const ask = createLastAnswer(async () => replies.shift()?.(), bounds)
  expect(await ask()).toMatchObject({ trouble: 'connection refused', backForMs: null })
  expect((await ask()).backForMs).toBeLessThan(1_000)
  await pause(20)
  expect((await ask()).backForMs).toBeGreaterThan(10)
})

test('a request without an answer is waited for up to the deadline, and not sent twice', async () => {
  let questions = 0
  const ask = createLastAnswer(() => {
    questions += 1
    return new Promise<never>(() => {})
  }, bounds)
  expect(await ask()).toEqual({ value: undefined, trouble: 'no answer for 30 ms', backForMs: null })
  expect(await ask()).toEqual({ value: undefined, trouble: 'no answer for 30 ms', backForMs: null })
  expect(questions).toBe(1)
})
