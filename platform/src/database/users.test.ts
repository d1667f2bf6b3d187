import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { confDir } from '../layout.ts'

test('the statements that make users leave it to the installation from where they come', async () => {
  const files = (await readdir(join(confDir, 'mysql'))).filter((name) => name.endsWith('.sql'))
  for (const name of files) {
    const named = (await readFile(join(confDir, 'mysql', name), 'utf8')).match(/'@'[^']*'/g) ?? []
    expect(new Set(named), name).toEqual(new Set([`'@'\${CLIENT_HOST}'`]))
  }
})
