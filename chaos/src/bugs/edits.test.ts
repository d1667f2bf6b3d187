import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DELIBERATE_BUGS, spoil } from './deliberate-bugs.ts'
import { EXITS } from './exits.ts'

const ROOT = join(import.meta.dirname, '../../..')

test.each([...DELIBERATE_BUGS, ...EXITS])(
  'the source has exactly one place for each edit of $name',
  async (bug) => {
    for (const { file } of bug.edits) {
      const source = await readFile(join(ROOT, file), 'utf8')
      expect(spoil(bug, file, source)).not.toBe(source)
    }
  },
)
