import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makePrivateDir } from './private-dir.ts'

const folder = await mkdtemp(join(tmpdir(), 'shelfwire-'))
afterAll(() => rm(folder, { recursive: true }))
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('a folder of data is for its user alone, whether it is new or was open before', async () => {
  const open = join(folder, 'open')
  await mkdir(open)
  await chmod(open, 0o755)
  await makePrivateDir(open)
  await makePrivateDir(join(folder, 'new/data'))
  expect([await modeOf(open), await modeOf(join(folder, 'new/data'))]).toEqual(['700', '700'])
})
