import { expect, test } from 'vitest'
import {
  dataOption,
  flavourOption,
  integerOption,
  parseArguments,
  portBaseOption,
  UsageError,
} from './arguments.ts'

const spec = { stores: { type: 'string', help: '' }, fresh: { type: 'boolean', help: '' } } as const

test('an unknown option is refused, naming those there are', () => {
  expect(() => parseArguments(['--store', '3'], spec)).toThrow(UsageError)
  expect(() => parseArguments(['--store', '3'], spec)).toThrow(/--stores, --fresh, --data, --db, --port-base/)
})

test('an argument too many is refused', () => {
  expect(() => parseArguments(['store-1'], spec)).toThrow(UsageError)
  expect(() => parseArguments(['store-1', 'store-2'], spec, 1)).toThrow(/store-2/)
})

test.each(['0', '100', '-1', '2.5', 'many', ''])(
  '--stores %j is refused, naming the legal values',
  (text) => {
    const parsed = parseArguments([`--stores=${text}`], spec)
    expect(() => integerOption(parsed, 'stores', 1, 99)).toThrow(/whole number from 1 to 99/)
  },
)

test('an option that was not given is left to the installation', () => {
  const parsed = parseArguments([], spec)
  expect(integerOption(parsed, 'stores', 1, 99)).toBeUndefined()
  expect(portBaseOption(parsed)).toBeUndefined()
  expect(flavourOption(parsed)).toBeUndefined()
})

test('only the two servers there are can be asked for', () => {
  expect(flavourOption(parseArguments(['--db', 'mariadb'], spec))).toBe('mariadb')
  expect(() => flavourOption(parseArguments(['--db', 'postgres'], spec))).toThrow(/mysql or mariadb/)
})

test('a data folder whose name Connect would misread is refused', () => {
  expect(() => dataOption(parseArguments(['--data', '/tmp/a:b'], spec))).toThrow(/without ':'/)
})
