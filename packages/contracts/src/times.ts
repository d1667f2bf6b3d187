const SECOND_US = 1_000_000
/** The text of the last second: times come in the order of a journal, and making a Date costs more than the rest. */
let written = { second: Number.NaN, text: '' }

/** Microseconds since 1970 (UTC) as MySQL's `DATETIME(6)` text. */
export function datetimeOfUs(us: number): string {
  const second = Math.floor(us / SECOND_US)
  if (second !== written.second) {
    const text = new Date(second * 1_000).toISOString()
    written = { second, text: `${text.slice(0, 10)} ${text.slice(11, 19)}` }
  }
  return `${written.text}.${String(us - second * SECOND_US).padStart(6, '0')}`
}

/** A `DATETIME(6)` text, which is in UTC, as microseconds since 1970. */
export function usOfDatetime(text: string): number {
  const milliseconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 23).padEnd(12, '.000')}Z`)
  return milliseconds * 1_000 + Number(text.slice(23, 26) || 0)
}

/** A `DATETIME(6)` text as the ISO 8601 instant that our answers carry. */
export function isoOfDatetime(text: string): string {
  return isoOfUs(usOfDatetime(text))
}

/** Microseconds since 1970 as an ISO 8601 instant, with microseconds only where there are any. */
export function isoOfUs(us: number): string {
  const milliseconds = Math.floor(us / 1_000)
  const micros = us - milliseconds * 1_000
  const iso = new Date(milliseconds).toISOString()
  return micros === 0 ? iso : `${iso.slice(0, 23)}${String(micros).padStart(3, '0')}Z`
}

/** The injected clock's reading in microseconds since 1970. */
export function usOfDate(date: Date): number {
  return date.getTime() * 1_000
}

/** An ISO 8601 instant with a zone as microseconds since 1970; digits beyond microseconds are cut off. */
export function usOfIso(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  const seconds = Date.parse(text.replace(/\.\d+/, '')) / 1_000
  return seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}
