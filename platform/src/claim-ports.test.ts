import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { claimPorts } from './claim-ports.ts'
import { Refused } from './installation.ts'

// Above what a port can be: no installation has these.
const BASE = 90_000 + 1_000 * (process.pid % 50)

async function claim(portBase: number) {
  const claimed = await claimPorts(portBase)
  onTestFinished(claimed.release)
  return claimed
}

test('of installations that start at the same moment on one port base, one gets it', async () => {
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => claim(BASE)))
  const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason)
  expect(refused).toHaveLength(9)
  for (const reason of refused) expect(reason).toBeInstanceOf(Refused)
})

test.each([-250, -1, 50, 299])(
  'a range that begins %i ports further is refused when they overlap',
  async (by) => {
    await claim(BASE)
    await expect(claimPorts(BASE + by)).rejects.toThrow(/belong to another installation/)
  },
)

test('the next range is free, and a refused claim keeps nothing of it', async () => {
  await claim(BASE)
  await expect(claimPorts(BASE - 200)).rejects.toThrow(Refused)
  await claim(BASE - 300)
  await claim(BASE + 300)
})

test('released ports can be claimed at once', async () => {
  const first = await claimPorts(BASE)
  first.release()
  await claim(BASE)
})

test('ports of a killed process can be claimed', async () => {
  const file = join(import.meta.dirname, 'claim-ports.ts')
  const code = `const { claimPorts } = await import(${JSON.stringify(file)}); await claimPorts(${BASE}); console.log('claimed')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  await once(child.stdout, 'data')
  await expect(claimPorts(BASE)).rejects.toThrow(Refused)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await claim(BASE)
})
