import type { DatabaseAddress } from '@shelfwire/mysql'

export interface SinkPlace {
  topic: string
  table: string
  database: DatabaseAddress
  registryApi: string
}

/**
 * The JDBC sink as its documentation tunes it: upserts by the record's own key, a reduction buffer (one statement per
 * row and batch, however often the row changed), batches of 2,000 that a poll can fill, statements rewritten into
 * multi-row ones by the driver, a schema that isn't checked for each record.
 */
export function sinkSettings({ topic, table, database, registryApi }: SinkPlace): Record<string, string> {
  const { host, port, user, password } = database
  return {
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'tasks.max': '1',
    topics: topic,
    'connection.url': `jdbc:mysql://${host}:${port}/${database.database}?rewriteBatchedStatements=true&useServerPrepStmts=false`,
    'connection.username': user,
    'connection.password': password,
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_value',
    'primary.key.fields': 'sku,store_id',
    'field.include.list': ['sku', 'store_id', 'on_hand', 'held', 'epoch', 'seq', 'recorded_at']
      .map((field) => `${topic}:${field}`)
      .join(','),
    'collection.name.format': table,
    'schema.evolution': 'none',
    'delete.enabled': 'false',
    'use.reduction.buffer': 'true',
    'batch.size': '2000',
    'consumer.override.max.poll.records': '2000',
    'consumer.override.auto.offset.reset': 'earliest',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'io.apicurio.registry.utils.converter.AvroConverter',
    'value.converter.apicurio.registry.url': registryApi,
    'value.converter.apicurio.registry.as-confluent': 'true',
    'value.converter.apicurio.registry.use-id': 'contentId',
    'value.converter.apicurio.registry.headers.enabled': 'false',
  }
}
