import { expect, test } from 'vitest'
import { splitStatements } from './migrate.ts'

test('a migration file is its statements without comments', () => {
  const sql = "-- why\nCREATE TABLE a (\n  -- inside\n  b INT -- kept\n);\n\nINSERT INTO a VALUES (';');\n"
  expect(splitStatements(sql)).toEqual(['CREATE TABLE a (\n  b INT -- kept\n)', "INSERT INTO a VALUES (';')"])
})
