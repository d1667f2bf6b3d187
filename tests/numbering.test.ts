import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

// Two changes that were made side by side take the same next number; the one that is merged later has to take another.
test.each(['conf/migrations/local-store', 'conf/migrations/central', 'docs/decisions'])(
  'files of %s are numbered one by one, each number once',
  async (folder) => {
    const numbers = (await readdir(join(root, folder))).map((name) => Number(name.slice(0, 4)))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1))
  },
)
