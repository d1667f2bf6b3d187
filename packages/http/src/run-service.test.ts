import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Fault } from '@shelfwire/contracts'
import { expect, test } from 'vitest'
import { ConfigurationError, createLog, startInOrder, waitUntilUsable } from './index.ts'

const log = createLog('test', 'silent')
const away = new Fault('database_unavailable', 'no answer', { canRetry: true })

test('a service closes its pieces in the reverse of the order in which they were started', async () => {
  const closed: string[] = []
  const service = await startInOrder(async (pieces) => {
    pieces.defer(() => void closed.push('pool'))
    pieces.defer(() => void closed.push('server'))
    return { port: 1 }
  })
  expect([service.port, closed]).toEqual([1, []])
  await service.close()
  expect(closed).toEqual(['server', 'pool'])
})

test('a service that fails to start closes what it had started, and throws the error of the start', async () => {
  const closed: string[] = []
  const starting = startInOrder(async (pieces) => {
    pieces.defer(() => void closed.push('pool'))
    pieces.defer(() => Promise.reject(new Error('close failed')))
    throw new Error('port taken')
  })
  await expect(starting).rejects.toThrow('port taken')
  expect(closed).toEqual(['pool'])
})

test('a start waits for a dependency that is not up yet', async () => {
  let asked = 0
  const findProblems = async () => {
    asked += 1
    if (asked < 4) throw away
    return []
  }
  await waitUntilUsable('database', findProblems, { log, retryMs: 1 })
  expect(asked).toBe(4)
})

test('a dependency with unusable settings is a ConfigurationError that lists every problem', async () => {
  const problems = ['log_bin is 0; it must be 1', 'migrations not run: 0001-journal.sql']
  const waiting = waitUntilUsable('database', async () => problems, { log, retryMs: 1 })
  await expect(waiting).rejects.toThrow(ConfigurationError)
  await expect(waiting).rejects.toMatchObject({ problems })
})

test('an error that a retry does not cure ends the start at once', async () => {
  const denied = new Error('Access denied')
  const waiting = waitUntilUsable('database', () => Promise.reject(denied), { log, retryMs: 1 })
  await expect(waiting).rejects.toBe(denied)
})

/** A service in a process of its own that takes as long to close as `close` does, within 200 ms. */
async function exitCodeAfterSigterm(close: string): Promise<unknown> {
  const file = join(import.meta.dirname, 'run-service.ts')
  const code = `
    const { runService } = await import(${JSON.stringify(file)})
    setInterval(() => {}, 1_000)
    await runService(async () => ({ close: ${close} }), { closeWithinMs: 200 })
    console.log('up')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  return (await once(child, 'exit'))[0]
}

test('a service that gets SIGTERM exits with 0 when it has closed', async () => {
  expect(await exitCodeAfterSigterm('async () => {}')).toBe(0)
})

test('a service that does not close within its limit exits with 1', async () => {
  expect(await exitCodeAfterSigterm('() => new Promise(() => {})')).toBe(1)
})
