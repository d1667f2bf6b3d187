import { expect, test } from 'vitest'
import { httpEnv, readEnv } from './env.ts'

test('every problem of a configuration is told at once, with key and legal values', () => {
  const read = () => readEnv(httpEnv, { HTTP_PORT: '99999', LOG_LEVEL: 'loud' })
  expect(read).toThrow(/HTTP_PORT: .*65535[\s\S]*LOG_LEVEL: .*"trace"\|"debug"/)
  expect(() => readEnv(httpEnv, {})).toThrow(/HTTP_PORT is missing/)
})
