import ts from '@typescript/typescript6'
import { REPLACED_TEXTS, REPLACED_WORDS } from './words.ts'

export interface FoundWord {
  /** The name or text that has it. */
  name: string
  use: string
}

const SQL = /\b(SELECT|INSERT|UPDATE|DELETE|REPLACE|FROM|WHERE|JOIN|TABLE|GRANT)\b/

/** The replaced words in a file's path and text, each name once. Throws nothing: what can't be parsed has few names. */
export function findWords(path: string, text: string): FoundWord[] {
  const names = new Set([path, ...namesIn(path, text)])
  const inNames = [...names].flatMap((name) =>
    REPLACED_WORDS.filter(
      ({ word, within, except = {} }) =>
        (within === undefined || within.test(path)) &&
        !Object.hasOwn(except, name) &&
        wordsOf(name).some((each) => word.test(each)),
    ).map(({ use }) => ({ name, use })),
  )
  const inText = REPLACED_TEXTS.flatMap(({ text: pattern, use }) => {
    const match = pattern.exec(text)
    return match === null ? [] : [{ name: match[0], use }]
  })
  return [...inNames, ...inText]
}

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

function namesIn(path: string, text: string): string[] {
  if (/\.(ts|js|mjs)$/.test(path)) return namesInCode(path, text)
  if (path.endsWith('.sql')) return wordsLike(text.replaceAll(/--.*$/gm, ''))
  if (path.endsWith('.json')) return [...text.matchAll(/"([\w.-]+)"/g)].map((match) => match[1] ?? '')
  return []
}

/** Identifiers, strings that are one name (a log field, a metric, a code), and the names in SQL. */
function namesInCode(path: string, text: string): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) names.push(node.text)
    else if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    ) {
      if (!/\s/.test(node.text)) names.push(node.text)
      else if (SQL.test(node.text)) names.push(...wordsLike(node.text))
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return names
}

function wordsLike(sql: string): string[] {
  return sql.match(/[a-z_]\w*/gi) ?? []
}
