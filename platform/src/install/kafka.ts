import { fetchWithDependencies } from './maven.ts'
import type { Piece } from './piece.ts'
import { versions } from './versions.ts'

const { scala, version, log4j } = versions.kafka

const artifacts = [
  `org.apache.kafka:kafka_${scala}:${version}`,
  `org.apache.kafka:kafka-tools:${version}`,
  `org.apache.kafka:connect-runtime:${version}`,
  // The logging that Kafka's distribution carries and its POMs leave out.
  ...['log4j-api', 'log4j-core', 'log4j-slf4j-impl', 'log4j-1.2-api'].map(
    (name) => `org.apache.logging.log4j:${name}:${log4j}`,
  ),
]

/** Kafka's broker, its tools and Connect in one folder of jars, as in Kafka's own distribution. */
export const kafkaPiece: Piece = {
  name: 'kafka',
  title: `Kafka and Connect ${version} (Maven)`,
  recipe: artifacts,
  make: (into) => fetchWithDependencies(artifacts, into),
}
