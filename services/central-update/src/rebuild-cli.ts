/**
 * Empties central's projection, so that it is rebuilt from the stores' journals. `npm run rebuild` calls it,
 * with every central-update stopped and the connectors' offsets gone, as the user of the migrations: the service's
 * own may not empty a table.
 */
import { createLog } from '@shelfwire/http'
import { createKafka } from '@shelfwire/kafka'
import { createPool } from '@shelfwire/mysql'
import { readConfig } from './config.ts'
import { emptyProjection, endRebuild } from './rebuild/empty-projection.ts'
import { moveGroup, readEnds } from './rebuild/group-position.ts'

/** Emptying a table of a year's ledger takes a while; a server that is silent for longer has stopped. */
const ANSWER_WITHIN_MS = 300_000

const { database, brokers, groupId, journalTopic: topic, logLevel } = readConfig()
const pool = createPool(database, { connections: 1, answerWithinMs: ANSWER_WITHIN_MS })
const kafka = createKafka({ clientId: 'rebuild', brokers, log: createLog('rebuild', logLevel) })
const ends = await readEnds(kafka, topic)
await emptyProjection(pool, { topic, ends, now: () => new Date(), log: (line) => console.log(line) })
await moveGroup(kafka, { groupId, topic }, ends)
await endRebuild(pool, topic)
await pool.end()
