/**
 * The length of a text in Unicode code points, the only measure used here: `maxLength` in JSON Schema and `VARCHAR(n)`
 * columns of utf8mb4 count code points. `text.length` counts UTF-16 units, of which an emoji takes two.
 */
export function textLength(text: string): number {
  let length = 0
  for (const _codePoint of text) length += 1
  return length
}

/** Whether a text has at most `max` code points. Counts them only when the number of UTF-16 units doesn't decide. */
export function fitsIn(text: string, max: number): boolean {
  return text.length <= max || (text.length <= 2 * max && textLength(text) <= max)
}

/** The first `max` code points of a text. */
export function cutText(text: string, max: number): string {
  return fitsIn(text, max) ? text : [...text].slice(0, max).join('')
}
