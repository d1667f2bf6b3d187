import { fetchArtifact } from './maven.ts'
import type { Piece } from './piece.ts'
import { unpackOnly } from './unpack.ts'
import { versions } from './versions.ts'

const artifact = `io.apicurio:apicurio-registry-app:${versions.registry.version}:tar.gz:all`

/** Apicurio Registry: the schemas of what travels through Kafka. */
export const registryPiece: Piece = {
  name: 'registry',
  title: `Apicurio Registry ${versions.registry.version} (Maven)`,
  recipe: artifact,
  async make(into) {
    await fetchArtifact(artifact, into)
    await unpackOnly(into)
  },
}
