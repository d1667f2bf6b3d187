import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Piece } from './piece.ts'
import { CommandFailed, runCommand } from './run-command.ts'
import { versions } from './versions.ts'

const { suite, package: packageName } = versions.mysql

/** MySQL's server with every library it needs, from Debian, unpacked into a folder; nothing is installed. */
export const mysqlPiece: Piece = {
  name: 'mysql',
  title: `MySQL (Debian ${suite}, ${packageName})`,
  recipe: versions.mysql,
  async make(into) {
    const apt = join(into, 'apt')
    const options = await privateApt(apt)
    await runCommand('apt-get', [...options, 'update'])
    await runCommand('apt-get', [
      ...options,
      '-y',
      '--download-only',
      '--no-install-recommends',
      'install',
      packageName,
    ])
    const archives = join(apt, 'cache/archives')
    for (const name of await readdir(archives)) {
      // Only the server's helper scripts want Perl.
      if (!name.endsWith('.deb') || /^(lib)?perl/.test(name)) continue
      await runCommand('dpkg', ['-x', join(archives, name), into])
    }
    await rm(apt, { recursive: true })
  },
}

/** Options that make apt-get keep its lists, cache and idea of what is installed in a folder of its own. */
async function privateApt(folder: string): Promise<string[]> {
  await mkdir(join(folder, 'lists/partial'), { recursive: true })
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true })
  // An empty status file: every library counts as missing, so the server comes with its own libc.
  await writeFile(join(folder, 'status'), '')
  await writeFile(join(folder, 'sources.list'), `deb ${await debianMirror()} ${suite} main\n`)
  const settings = {
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  }
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
}

const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The mirror this machine itself installs from, with the key that signs it. */
async function debianMirror(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1]
  if (!/^ID=debian$/m.test(release) || !codename) throw new CommandFailed('this machine is not a Debian')
  const targets = await runCommand('apt-get', [
    'indextargets',
    '--format',
    '$(RELEASE) $(COMPONENT) $(REPO_URI)',
  ])
  const main = targets.split('\n').find((line) => line.startsWith(`${codename} main `))
  if (!main) throw new CommandFailed(`apt's sources name no mirror of ${codename}`)
  const hasKeyring = await readFile(debianKeyring).then(
    () => true,
    () => false,
  )
  return `${hasKeyring ? `[signed-by=${debianKeyring}] ` : ''}${main.split(' ')[2]}`
}
