// Loaded before a service (node --import): every reading of the clock in that process is off by CLOCK_OFFSET_MS.
const offsetMs = Number(process.env.CLOCK_OFFSET_MS)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...told) {
    if (told.length === 0) super(RealDate.now() + offsetMs)
    else super(...told)
  }

  static now() {
    return RealDate.now() + offsetMs
  }
}
