import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { foldersIn } from '@shelfwire/platform'
import { killComponent } from '../faults/kill.ts'
import type { Scene } from './scene.ts'

/** A server's disk is lost while it runs: its process dies, and its next start finds nothing. Resolves when it is back. */
export async function loseData(scene: Scene, component: string): Promise<void> {
  const folder = join(foldersIn(scene.place.dataDir).component(component), 'data')
  const gone = `${folder}.gone`
  // One rename, so that nothing of it is left when the supervisor starts the server again.
  await rename(folder, gone)
  await killComponent(scene, component)
  await rm(gone, { recursive: true })
}
