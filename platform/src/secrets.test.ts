import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { foldersIn } from './layout.ts'
import { completeSecrets, type DatabaseSecrets, ensureSecrets } from './secrets.ts'

test('every user of every database has a password of its own', () => {
  const { databases, control, registry, query } = completeSecrets({}, ['central', 'store-1', 'store-2'])
  const passwords = [
    ...Object.values(databases).flatMap((users) => Object.values(users)),
    control,
    registry,
    query,
  ]
  expect(new Set(passwords).size).toBe(3 * 5 + 3)
  // They stand in SQL and in properties files, where quotes would need care.
  for (const password of passwords) expect(password).toMatch(/^[\w-]{24}$/)
})

test('a store that joins leaves the passwords of the others as they are', () => {
  const before = completeSecrets({}, ['central', 'store-1'])
  const after = completeSecrets(before, ['central', 'store-1', 'store-2'])
  expect(after.databases).toMatchObject(before.databases)
  expect(after.control).toBe(before.control)
  expect(Object.keys(after.databases)).toContain('store-2')
})

test('a user that a later version brings gets a password, and the others keep theirs', () => {
  const { databases, query: _too, ...others } = completeSecrets({}, ['store-1'])
  const { maintenance: _later, ...users } = databases['store-1'] ?? {}
  const before = { ...others, databases: { 'store-1': users as DatabaseSecrets } }
  const completed = completeSecrets(before, ['store-1'])
  const after = completed.databases['store-1']
  expect(completed).toMatchObject(others)
  expect(completed.query).toMatch(/^[\w-]{24}$/)
  expect(after).toMatchObject(users)
  expect(after?.maintenance).toMatch(/^[\w-]{24}$/)
})

test("secrets lie in files that only their user may read, and Connect's are single passwords", async () => {
  const root = await mkdtemp(join(tmpdir(), 'shelfwire-secrets-'))
  const folders = foldersIn(root)
  const secrets = await ensureSecrets(folders, ['store-1'])
  const cdcFile = join(folders.connectSecrets, 'store-1-cdc')
  for (const file of [folders.secrets, cdcFile]) expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(cdcFile, 'utf8')).toBe(secrets.databases['store-1']?.cdc)
  expect(await ensureSecrets(folders, ['store-1'])).toEqual(secrets)
  await rm(root, { recursive: true })
})
