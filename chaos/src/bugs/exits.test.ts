import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spoil } from './deliberate-bugs.ts'
import { EXITS } from './exits.ts'

const ROOT = join(import.meta.dirname, '../../..')

test.each(EXITS)('the source still has the place where $name ends it', async (exit) => {
  for (const { file } of exit.edits) {
    expect(spoil(exit, file, await readFile(join(ROOT, file), 'utf8'))).toContain('SIGKILL')
  }
})
