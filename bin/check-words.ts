/** A step of `npm run check`: finds names that have a standard term instead, listed in words.ts; exits with 1 then. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findWords } from './find-words.ts'

const root = join(import.meta.dirname, '..')
const PLACES =
  '{packages,services,platform,demo,bench,chaos,tests,bin,conf,docs}/**/*.{ts,js,mjs,sql,json,html,css,md,properties,cnf}'
// Migrations on main are never edited; the tables that they make are in packages/testkit. The list names the words itself.
const LEFT_OUT =
  /node_modules|^conf\/migrations\/|^docs\/glossary\.md$|^bin\/words\.ts$|^tests\/words\.test\.ts$/

let found = 0
for (const path of [
  ...globSync(PLACES, { cwd: root }),
  'README.md',
  'CONTRIBUTING.md',
  'docker-compose.yml',
]) {
  if (LEFT_OUT.test(path)) continue
  for (const { name, use } of findWords(path, readFileSync(join(root, path), 'utf8'))) {
    console.error(`${path}: ${name === path ? 'its name' : name}: use ${use}`)
    found += 1
  }
}
console.log(found === 0 ? 'every name is a standard term' : `${found} names to replace: see bin/words.ts`)
process.exit(found === 0 ? 0 : 1)
