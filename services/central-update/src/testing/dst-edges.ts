/**
 * The hours, on the wall, in which clocks go forward or back: three zones, each both ways, one of them by half an hour.
 * Nothing is done at those hours in UTC; but a program that takes a UTC time for a local one moves it there.
 */
const WALL_CLOCKS = [
  ['2026-03-08T02:00', '2026-03-08T03:00', 'America/New_York', '-05:00'],
  ['2026-11-01T01:00', '2026-11-01T02:00', 'America/New_York', '-04:00'],
  ['2026-03-29T02:00', '2026-03-29T03:00', 'Europe/Berlin', '+01:00'],
  ['2026-10-25T02:00', '2026-10-25T03:00', 'Europe/Berlin', '+02:00'],
  ['2026-10-04T02:00', '2026-10-04T02:30', 'Australia/Lord_Howe', '+10:30'],
  ['2026-04-05T01:30', '2026-04-05T02:00', 'Australia/Lord_Howe', '+11:00'],
] as const

/** Instants in µs since 1970 at and around each of those edges: as if its wall clock were UTC's, and as it is. */
export const DST_EDGES_US: readonly number[] = WALL_CLOCKS.flatMap(([begin, end, _zone, offset]) =>
  ['Z', offset].flatMap((zone) => {
    const [first, last] = [begin, end].map((wall) => Date.parse(`${wall}:00${zone}`) * 1_000)
    if (first === undefined || last === undefined) return []
    return [first - 1, first, (first + last) / 2 + 1, last - 1, last]
  }),
)
