import { inTransaction, mysqlCode, type Pool, type Transaction } from '@shelfwire/mysql'

const ATTEMPTS = 5

/**
 * One transaction that changes a setting. READ COMMITTED can't lock a row that isn't there, so of two requests that create
 * the same one the second fails with a duplicate key; it runs again, and then finds what the first has written.
 */
export async function changeSetting<T>(pool: Pool, work: (trx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(pool, work)
    } catch (error) {
      if (mysqlCode(error) !== 'ER_DUP_ENTRY' || attempt === ATTEMPTS) throw error
    }
  }
}
