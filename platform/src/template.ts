/** A template that names a value which was not given. */
export class UnknownPlaceholder extends Error {
  readonly code = 'unknown_placeholder'
}

/**
 * Replaces `${UPPER_CASE}` by the value of that name. What is written in another case
 * (`${routedByValue}`, `${directory:...}`) is meant for the reader of the result and is left as it is.
 */
export function fillTemplate(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined) {
      throw new UnknownPlaceholder(`\${${name}} has no value; known are ${Object.keys(values).join(', ')}`)
    }
    return value
  })
}
