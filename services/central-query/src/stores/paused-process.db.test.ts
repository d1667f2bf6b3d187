import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createPool, inTransaction, readerOn } from '@shelfwire/mysql'
import { freshDatabase } from '@shelfwire/testkit'
import { afterAll, expect, test } from 'vitest'

/** The limit is 10 s; the server looks once a second, and a busy machine takes its time. */
const FREE_WITHIN_MS = 14_000
const PLACE = { name: 'One', place: 'Berlin', latitude: 52.52, longitude: 13.4 }

const { query, root: rootAddress } = await freshDatabase('central')
const root = createPool(rootAddress, { connections: 3 })
const { host, port, user, password, database } = query
const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
  env: {
    ...{ HTTP_PORT: '0', MYSQL_HOST: host, MYSQL_PORT: String(port) },
    ...{ MYSQL_USER: user, MYSQL_PASSWORD: password, MYSQL_DATABASE: database },
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
let output = ''
child.stdout.on('data', (chunk) => {
  output += chunk
})
afterAll(async () => {
  child.kill('SIGKILL')
  await root.end()
})

const takeHead = () =>
  inTransaction(root, (trx) => trx.rows('SELECT next_number FROM feed_head WHERE part = 0 FOR UPDATE'))
const waitsForHead = async () => {
  const waiting = "SELECT id FROM information_schema.processlist WHERE info LIKE 'UPDATE feed_head%'"
  return (await readerOn(root).rows(waiting)).length
}

test('a central-query that is paused inside a settings transaction delays central-update by at most some 10 s', async () => {
  const portOf = () => /"port":(\d+)/.exec(output)?.[1]
  await expect.poll(portOf).toBeDefined()
  const put = (storeId: string) =>
    fetch(`http://127.0.0.1:${portOf()}/v1/stores/${storeId}`, {
      method: 'PUT',
      body: JSON.stringify(PLACE),
      headers: { 'content-type': 'application/json' },
    }).then(({ status }) => status)

  // It has locked and written its rows, and is granted the feed's head only after it was paused.
  let pausedAt = 0
  const { promise: answer, resolve } = Promise.withResolvers<number>()
  await inTransaction(root, async (trx) => {
    await trx.rows('SELECT next_number FROM feed_head WHERE part = 0 FOR UPDATE')
    put('store-1').then(resolve, () => resolve(0))
    await expect.poll(waitsForHead, { timeout: 4_000 }).toBe(1)
    child.kill('SIGSTOP')
    pausedAt = performance.now()
  })
  await expect.poll(() => takeHead().then(() => 'taken'), { timeout: 60_000 }).toBe('taken')
  expect(performance.now() - pausedAt).toBeLessThan(FREE_WITHIN_MS)

  child.kill('SIGCONT')
  // Its session is gone. It answers that the outcome is unknown, or it has put the store once more.
  expect([201, 503]).toContain(await answer)
  await expect.poll(() => put('store-1')).toBeOneOf([200, 201, 204])
})
