const long = (name: string) => ({ name, type: 'long' })
const int = (name: string) => ({ name, type: 'int' })
const string = (name: string) => ({ name, type: 'string' })
const stringOrNull = (name: string) => ({ name, type: ['null', 'string'], default: null })

const envelope = [
  stringOrNull('__op'),
  stringOrNull('__connector'),
  { name: '__commit_ms', type: ['null', 'long'], default: null },
]

/** The Avro fields of an entry, as Debezium derives them from the store's table. */
export const ENTRY_FIELDS = [
  int('epoch'),
  long('seq'),
  string('store_id'),
  stringOrNull('sku'),
  string('kind'),
  ...['on_hand_delta', 'held_delta', 'on_hand', 'held'].map(int),
  stringOrNull('hold_id'),
  string('caller'),
  string('request_id'),
  stringOrNull('reference'),
  stringOrNull('reason'),
  long('occurred_at'),
  long('recorded_at'),
  ...envelope,
]

/** The same of a beat. */
export const BEAT_FIELDS = [
  string('store_id'),
  int('epoch'),
  ...['seq', 'ping', 'commands_done'].map(long),
  { name: 'era', type: ['null', 'long'], default: null },
  string('checksum'),
  long('beat_at'),
  ...envelope,
]
