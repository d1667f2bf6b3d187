import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spoil } from './deliberate-bugs.ts'
import { EXITS } from './exits.ts'

const ROOT = join(import.meta.dirname, '../../..')

test.each(EXITS)('the source has exactly one place for $name', async (exit) => {
  for (const { file } of exit.edits) {
    expect(spoil(exit, file, await readFile(join(ROOT, file), 'utf8'))).toContain('SIGKILL')
  }
})
