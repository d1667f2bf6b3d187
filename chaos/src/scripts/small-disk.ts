import { execFile } from 'node:child_process'
import { mkdir, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MB = 1024 * 1024
const BALLAST = 'ballast'

/** A folder on a file system of its own, which can be filled up as by somebody else's files. */
export interface SmallDisk {
  /** Takes all the space that is left. */
  fill(): Promise<void>
  /** Gives back what `fill` took. */
  free(): Promise<void>
  /** Moves the folder back to where it came from; whoever uses it must be stopped. */
  moveBack(): Promise<void>
}

/**
 * Moves a folder to an ext4 file system in a file beside it, with so much to spare. Whoever uses the folder must be
 * stopped, and we must be root: only a real disk says ENOSPC where a server doesn't expect it. Files with holes in them
 * are filled, for in a hole space may be missing too; `keepHoles` leaves them.
 */
export async function moveToSmallDisk(
  folder: string,
  { spareMb, keepHoles = false }: { spareMb: number; keepHoles?: boolean },
): Promise<SmallDisk> {
  const [image, kept] = [`${folder}.ext4`, `${folder}.kept`]
  // Holes count in full: whoever fills one in peace must not run out of space by it.
  const { stdout } = await run('du', ['--apparent-size', '-sm', folder])
  await rename(folder, kept)
  await mkdir(folder)
  await writeFile(image, '')
  // A tenth more: the file system's own tables and journal.
  await truncate(image, Math.ceil((Number.parseInt(stdout, 10) + spareMb) * 1.1) * MB)
  await run('mkfs.ext4', ['-q', '-m', '0', image])
  await run('mount', ['-o', 'loop', image, folder])
  await run('cp', ['-a', `--sparse=${keepHoles ? 'always' : 'never'}`, `${kept}/.`, folder])
  await rm(kept, { recursive: true })
  return {
    fill: () => fillUp(join(folder, BALLAST)),
    free: () => rm(join(folder, BALLAST), { force: true }),
    async moveBack() {
      await run('cp', ['-a', '--sparse=always', folder, kept])
      await run('umount', [folder])
      await rm(image)
      await rm(folder, { recursive: true })
      await rm(join(kept, 'lost+found'), { recursive: true, force: true })
      await rename(kept, folder)
    },
  }
}

async function fillUp(path: string): Promise<void> {
  await using file = await open(path, 'a')
  for (let bytes = MB; bytes >= 1024; ) {
    try {
      await file.write(Buffer.alloc(bytes))
      // Else the space is only promised, and missing later, to others.
      await file.sync()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      bytes /= 2
    }
  }
}
