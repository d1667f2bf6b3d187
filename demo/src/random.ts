import { hash } from 'node:crypto'

/**
 * A whole number from 0 to `below - 1` that looks random and is the same every time for the same seed and number,
 * whatever was drawn before: so a run can be repeated, and begun in the middle.
 */
export function pick(seed: string, number: number, below: number): number {
  return hash('sha256', `${seed}\0${number}`, 'buffer').readUInt32BE(0) % below
}
