/** The zone of a store that has set none. */
export const UTC = 'UTC'

/** Every offset in use is a whole number of quarter hours, and clocks are changed at such a moment. */
const QUARTER_US = 900_000_000
/** 104 days of quarter hours; more than the entries of a batch usually span. */
const MAX_QUARTERS = 10_000

const caches = new Map<string, (us: number) => string>()

/**
 * The day, such as `2026-05-01`, that a clock in this IANA zone shows at a time in µs. Formatting a date costs some µs, so it is done
 * once for each quarter of an hour. A zone that this process doesn't know counts as UTC: a setting must not stop applying.
 */
export function localDayIn(zone: string): (us: number) => string {
  let dayOf = caches.get(zone)
  if (dayOf === undefined) {
    dayOf = cachedByQuarter(formatterOf(zone))
    caches.set(zone, dayOf)
  }
  return dayOf
}

function cachedByQuarter(dayOf: (ms: number) => string): (us: number) => string {
  const days = new Map<number, string>()
  return (us) => {
    const quarter = Math.floor(us / QUARTER_US)
    let day = days.get(quarter)
    if (day === undefined) {
      day = dayOf((quarter * QUARTER_US) / 1_000)
      if (days.size >= MAX_QUARTERS) days.clear()
      days.set(quarter, day)
    }
    return day
  }
}

function formatterOf(zone: string): (ms: number) => string {
  const utcDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  if (zone === UTC) return utcDay
  try {
    const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
    })
    return (ms) => {
      const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]))
      return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`
    }
  } catch {
    return utcDay
  }
}
