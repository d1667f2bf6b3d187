import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const filesLike = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: (name) => /node_modules|^\.(stack|data)/.test(name) })

const documents = filesLike('**/*.md')
const testFiles = new Set(filesLike('**/*.test.ts').map((path) => basename(path)))

test.each(documents)('every link of %s leads to a file, and every test that it names exists', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)(?<path>[^)#]+)/g)].map(({ groups }) => groups?.path ?? '')
  expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([])
  const tests = [...text.matchAll(/(?<![\w.*-])\w[\w.-]*\.test\.ts\b/g)].map(([name]) => name)
  expect(tests.filter((name) => !testFiles.has(name))).toEqual([])
})
