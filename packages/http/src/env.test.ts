import { expect, test } from 'vitest'
import { httpEnv, readEnv } from './env.ts'

test('all problems of a configuration are reported together, with key and legal values', () => {
  const read = () => readEnv(httpEnv, { HTTP_PORT: '99999', LOG_LEVEL: 'loud' })
  expect(read).toThrow(/HTTP_PORT: .*65535[\s\S]*LOG_LEVEL: .*"trace"\|"debug"/)
  expect(() => readEnv(httpEnv, {})).toThrow(/HTTP_PORT is missing/)
})
