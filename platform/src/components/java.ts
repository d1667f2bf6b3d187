import { join } from 'node:path'
import { kafkaPiece } from '../install/kafka.ts'
import { pieceDir } from '../install/piece.ts'
import { confDir } from '../layout.ts'

/**
 * Arguments of every Java process. Debezium's snapshots convert times to the JVM's zone and back, which shifts those that a
 * zone skips when its clocks go forward: so every JVM runs in UTC.
 */
export const JVM_ARGS = ['-Duser.timezone=UTC']

/** Arguments of a Kafka or Connect process: its heap, its logging, its jars, then its main class. */
export function kafkaJavaArgs(heapMb: number, mainClass: string, args: string[]): string[] {
  return [
    ...JVM_ARGS,
    `-Xmx${heapMb}m`,
    // Two cores and a small heap: the others' threads and barriers cost more than the short pauses do.
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${join(confDir, 'kafka/log4j2.properties')}`,
    '-cp',
    join(pieceDir(kafkaPiece), '*'),
    mainClass,
    ...args,
  ]
}

/** Settings in the form Java reads them. */
export function propertiesText(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}
