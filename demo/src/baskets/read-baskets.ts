import { readFile } from 'node:fs/promises'

/** The names of the items that one customer bought together. */
export type Basket = readonly string[]

const BASKETS_FILE = new URL('../../baskets/groceries.csv', import.meta.url)

/** The 9,835 baskets, in the order in which they were sold. */
export async function readBaskets(): Promise<Basket[]> {
  return parseBaskets(await readFile(BASKETS_FILE, 'utf8'))
}

/** One basket a line, names separated by commas; nothing is quoted. Some names in the file end in a blank. */
export function parseBaskets(text: string): Basket[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((name) => name.trim()))
}
