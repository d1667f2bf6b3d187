import { expect, test } from 'vitest'
import { fillTemplate, UnknownPlaceholder } from './template.ts'

test('a template takes the values it names', () => {
  expect(fillTemplate('store.commands.${STORE_ID}', { STORE_ID: 'store-7' })).toBe('store.commands.store-7')
})

test("what belongs to Debezium's router and to Connect's secrets is left as it is", () => {
  const text = '${directory:${SECRETS_DIR}:store-1-cdc} ${routedByValue}'
  expect(fillTemplate(text, { SECRETS_DIR: '/secrets' })).toBe(
    '${directory:/secrets:store-1-cdc} ${routedByValue}',
  )
})

test('a template that names something unknown is refused, naming what is known', () => {
  expect(() => fillTemplate('${STORE}', { STORE_ID: 'store-1' })).toThrow(UnknownPlaceholder)
  expect(() => fillTemplate('${STORE}', { STORE_ID: 'store-1' })).toThrow(/STORE_ID/)
})
