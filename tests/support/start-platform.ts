import { startPlatform, stopPlatform } from './platform.ts'

/** Once for all end-to-end tests: an empty platform with three stores. */
export async function setup(): Promise<void> {
  // One that a broken run left behind has the same ports.
  await stopPlatform().catch(() => {})
  await startPlatform({ fresh: true })
}

export async function teardown(): Promise<void> {
  await stopPlatform()
}
