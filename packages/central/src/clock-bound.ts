import type { Pool, RowDataPacket } from '@shelfwire/mysql'

/**
 * The most by which this process's clock may differ from the central database's, in milliseconds: the distance of
 * its reading from the middle of the question, plus half the question's time (Cristian, "Probabilistic clock
 * synchronization", 1989). The best of a few questions counts.
 */
export async function measureClockBoundMs(pool: Pool, now: () => Date, questions = 5): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let question = 0; question < questions; question += 1) {
    const began = now().getTime()
    const [rows] = await pool.query<RowDataPacket[]>(
      'SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000 AS DOUBLE) AS theirs',
    )
    const ended = now().getTime()
    const theirs = Number(rows[0]?.theirs)
    // One more millisecond, for our clock's readings are whole ones.
    best = Math.min(best, Math.abs(theirs - (began + ended) / 2) + (ended - began) / 2 + 1)
  }
  return Math.ceil(best)
}
