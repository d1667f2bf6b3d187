import { execFile } from 'node:child_process'
import { mkdir, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MB = 1024 * 1024
const BALLAST = 'ballast'

/** A folder on a file system of its own, which can be filled up by other files. */
export interface SmallDisk {
  /** Takes all the space that is left. */
  fill(): Promise<void>
  /** Gives back what `fill` took. */
  free(): Promise<void>
  /** Moves the folder back to where it came from; no process may use it. */
  moveBack(): Promise<void>
}

/**
 * Moves a folder to an ext4 file system in a file beside it, with so much to spare. No process may use
 * the folder, and this one must run as root: only a real disk returns ENOSPC where a server doesn't expect it. Sparse files
 * are filled, because a write into a hole needs space, too; `keepHoles` leaves them sparse.
 */
export async function moveToSmallDisk(
  folder: string,
  { spareMb, keepHoles = false }: { spareMb: number; keepHoles?: boolean },
): Promise<SmallDisk> {
  const [image, kept] = [`${folder}.ext4`, `${folder}.kept`]
  // Holes count in full: filling one while the disk is not full must not run out of space.
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
      // Otherwise blocks are allocated only later, when there may be none.
      await file.sync()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      bytes /= 2
    }
  }
}
