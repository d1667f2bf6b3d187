import { chmod, mkdir } from 'node:fs/promises'

/** Makes a folder that only its user may enter, also where it was there before with another mode. */
export async function makePrivateDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
}
