// Loaded before a service (node --import): every reading of the clock in that process is off by CLOCK_OFFSET_MS, or by
// what stands in the file CLOCK_OFFSET_FILE, which may change while the process runs.
import { readFileSync } from 'node:fs'

const LOOK_EVERY_MS = 50
const { CLOCK_OFFSET_MS, CLOCK_OFFSET_FILE } = process.env
const readOffset = () => Number(CLOCK_OFFSET_FILE ? readFileSync(CLOCK_OFFSET_FILE, 'utf8') : CLOCK_OFFSET_MS)
let offsetMs = readOffset()
if (CLOCK_OFFSET_FILE) {
  setInterval(() => {
    offsetMs = readOffset()
  }, LOOK_EVERY_MS).unref()
}
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs)
    else super(...args)
  }

  static now() {
    return RealDate.now() + offsetMs
  }
}
