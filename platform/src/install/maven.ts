import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchedDir } from '../layout.ts'
import { withLock } from '../locks.ts'
import { runCommand } from './run-command.ts'

const repository = join(fetchedDir, 'maven')

/** Fetches one artifact (`group:name:version[:type[:classifier]]`) into a folder; Maven checks its hash. */
export async function fetchArtifact(artifact: string, into: string): Promise<void> {
  await maven(['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`], into)
}

/** Fetches artifacts (`group:name:version`) with all they need at run time, `leaveOut` (names) aside. */
export async function fetchWithDependencies(artifacts: string[], into: string, leaveOut: string[] = []) {
  const pom = join(into, 'pom.xml')
  await writeFile(pom, pomFor(artifacts))
  const excluded = leaveOut.length > 0 ? [`-DexcludeArtifactIds=${leaveOut.join(',')}`] : []
  await maven(
    [
      `-f`,
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${into}`,
      ...excluded,
    ],
    into,
  )
}

async function maven(args: string[], cwd: string): Promise<void> {
  const run = () => runCommand('mvn', ['-B', '-ntp', `-Dmaven.repo.local=${repository}`, ...args], { cwd })
  // Maven's local repository is not made for two processes at once.
  await withLock(repository, run)
}

function pomFor(artifacts: string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>shelfwire</groupId><artifactId>fetched</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependencies.join('\n    ')}
  </dependencies>
</project>
`
}
