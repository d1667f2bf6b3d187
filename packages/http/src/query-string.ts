import { type ParsedUrlQuery, parse } from 'node:querystring'

/**
 * Parses a query string. Throws a URIError unless it is percent-encoded UTF-8: Node's parser would replace invalid bytes by
 * U+FFFD, and the answer would be about another name than the one requested.
 */
export function parseQuery(text: string | null): ParsedUrlQuery {
  if (text === null || text === '') return {}
  if (text.includes('%')) decodeURIComponent(text)
  return parse(text)
}
