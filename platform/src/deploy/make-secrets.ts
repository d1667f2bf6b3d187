import { access, chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectDir, storeId } from '../layout.ts'
import { completeSecrets } from '../secrets.ts'

/** Writes docker-compose.yml's secrets, one per file; those that are there are left as they are. */
const folder = join(projectDir, '.data/compose-secrets')
const { registry, query, databases } = completeSecrets({}, ['central', ...[1, 2, 3].map(storeId)])

// Only its owner may enter the folder; the files themselves are read by the user that a container runs as.
await mkdir(folder, { recursive: true, mode: 0o700 })
await chmod(folder, 0o700)
const isNew = await write('registry', registry)
if (isNew) await write('registry.properties', `apicurio.datasource.password=${registry}\n`)
await write('central-query', query)
for (const [owner, users] of Object.entries(databases)) {
  for (const [user, password] of Object.entries(users)) await write(`${owner}-${user}`, password)
}

/** True when the secret is a new one. */
async function write(name: string, secret: string): Promise<boolean> {
  const file = join(folder, name)
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) await writeFile(file, secret, { mode: 0o644 })
  return !isThere
}
