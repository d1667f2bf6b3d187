/** Something that an operator has to know of: counted by reason, and logged. */
export interface Alarm {
  reason: 'divergence' | 'checksum' | 'ping_from_future' | 'parked' | 'partition_halted' | 'unclaimed_beat'
  storeId: string | null
  detail: string
}
