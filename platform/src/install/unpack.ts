import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canRun, runCommand } from './run-command.ts'

/** Unpacks the one archive (.tar.gz, .jar or .whl) that lies in `folder` into `into`, and removes it. */
export async function unpackOnly(folder: string, into: string = folder): Promise<void> {
  const name = (await readdir(folder)).find((each) => /\.(tar\.gz|jar|whl)$/.test(each))
  if (!name) throw new Error(`no archive was fetched into ${folder}`)
  const archive = join(folder, name)
  if (name.endsWith('.tar.gz')) await runCommand('tar', ['-xzf', archive, '-C', into])
  else if (await canRun('unzip', '-v')) await runCommand('unzip', ['-q', archive, '-d', into])
  else await runCommand('python3', ['-m', 'zipfile', '-e', archive, into])
  await rm(archive)
}
