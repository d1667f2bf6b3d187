/** The value of a record in the pings topic: central's clock in microseconds, in decimal. */
export function encodePing(pingUs: number): string {
  return String(pingUs)
}

/** The ping in a record's value, or null when it isn't one. */
export function decodePing(value: Buffer | null): number | null {
  const text = value?.toString('latin1') ?? ''
  return /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : null
}
