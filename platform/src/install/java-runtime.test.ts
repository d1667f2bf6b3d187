import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectComponent } from '../components/connect.ts'
import { problemOf } from './java-runtime.ts'

const base = (version: string) => `java.base@${version}\njava.sql@${version}\n`

test.each([
  ['a full JDK', `${base('25.0.4.1')}jdk.charsets@25.0.4.1\njdk.zipfs@25.0.4.1\n`, null],
  ['the oldest that will do', `${base('21')}jdk.charsets@21\n`, null],
  ['an older one', `${base('17.0.15')}jdk.charsets@17.0.15\n`, 'it is not Java 21 or newer'],
  [
    'a runtime without the character sets',
    base('25.0.2'),
    expect.stringMatching(/lacks the module jdk\.charsets/),
  ],
  ['one with a module of a similar name', `${base('25')}my.jdk.charsets@1\n`, expect.stringMatching(/lacks/)],
  ['no Java, or one before modules', '', 'it is not Java 21 or newer'],
])('%s', (_what, modules, problem) => {
  expect(problemOf(modules)).toEqual(problem)
})

test('Connect does not start on a runtime without the character sets', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'java-'))
  const java = join(folder, 'java')
  await writeFile(java, `#!/bin/sh\necho java.base@25.0.2\n`, { mode: 0o755 })
  const connect = connectComponent({ java, folder, port: 1, brokers: 'b', secretsDir: folder })
  await expect(connect.prepare?.()).rejects.toThrow(`${java} can't be used: it lacks the module jdk.charsets`)
  await rm(folder, { recursive: true })
})
