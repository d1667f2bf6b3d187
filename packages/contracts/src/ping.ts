/** The value of a record in the pings topic: central's clock in microseconds, in decimal. */
export function encodePing(pingUs: number): string {
  return String(pingUs)
}

/** The ping in a record's value; null when it isn't one, or is 2^53 or more, which a number can't hold exactly. */
export function decodePing(value: Buffer | null): number | null {
  const text = value?.toString('latin1') ?? ''
  if (!/^[1-9][0-9]{0,15}$/.test(text)) return null
  const ping = Number(text)
  return Number.isSafeInteger(ping) ? ping : null
}
