import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mysqlComponent, RESTORED_DATA } from './mysql.ts'

async function prepare(folders: string[]): Promise<{ folders: string[]; data: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'mysql-component-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const name of folders) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'says'), name)
  }
  const server = {
    serverId: 101,
    bufferPoolMb: 64,
    localInfile: false,
    rootPassword: 'x',
    settle: async () => {},
  }
  await mysqlComponent({
    name: 'mysql-store-1',
    flavour: 'mysql',
    databaseDir: '',
    folder,
    port: 1,
    ...server,
  }).prepare?.()
  const found = (await readdir(folder)).filter((name) => name !== 'root.sql')
  return { folders: found.sort(), data: await readFile(join(folder, 'data/says'), 'utf8') }
}

test('a restore that was killed when the old data had been moved aside is finished by the next start', async () => {
  expect(await prepare([RESTORED_DATA, 'data-until-noon'])).toEqual({
    folders: ['data', 'data-until-noon'],
    data: RESTORED_DATA,
  })
})

test('restored data that only wait touch nothing: the server goes on with its own', async () => {
  expect(await prepare(['data', RESTORED_DATA])).toEqual({ folders: ['data', RESTORED_DATA], data: 'data' })
})
