import { type ParsedUrlQuery, parse } from 'node:querystring'

/**
 * A query by its names. Throws a URIError unless it is percent-encoded UTF-8: Node's own parser would put U+FFFD in
 * place of what is not, and answer for another name than the one asked for.
 */
export function parseQuery(text: string | null): ParsedUrlQuery {
  if (text === null || text === '') return {}
  if (text.includes('%')) decodeURIComponent(text)
  return parse(text)
}
