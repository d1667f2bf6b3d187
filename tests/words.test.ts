import { expect, test } from 'vitest'
import { findWords } from '../bin/find-words.ts'

const names = (path: string, text: string) => findWords(path, text).map(({ name }) => name)

test.each([
  ['an identifier', 'a.ts', 'const openHoles = 1', ['openHoles']],
  ['a property', 'a.ts', 'export interface A { told: number }', ['told']],
  ['a metric', 'a.ts', "gauge('shelfwire_holes_total')", ['shelfwire_holes_total']],
  ['a public code', 'a.ts', "reject('case_twin')", ['case_twin']],
  ['a column of a statement', 'a.ts', '`SELECT doubts FROM cursors WHERE part = ${part}`', ['doubts']],
  ['a column of a table', 'a.sql', 'CREATE TABLE gaps (`holes` int)', ['holes']],
  ['a file', 'src/remedy-for.ts', '', ['src/remedy-for.ts']],
  ['an option', 'a.md', 'npm stop -- --part connect', ['--part']],
  ['a sentence of a log', 'a.ts', "log.warn('the feed begins anew')", ['feed begins anew']],
])('a replaced word is found in %s', (_, path, text, found) => {
  expect(names(path, text)).toEqual(found)
})

test.each([
  ['comments and prose', 'a.ts', "// a till is told\nthrow new Error('no answer: it is still away')"],
  ['comments of SQL', 'a.sql', '-- fills holes\nSELECT 1'],
  ['names in which it is the standard term', 'a.ts', 'wire.blackHole(1)'],
  [
    'places where it is the standard term',
    'services/local-store/a.ts',
    'const memory = process.memoryUsage()',
  ],
])('a word is left alone in %s', (_, path, text) => {
  expect(names(path, text)).toEqual([])
})
