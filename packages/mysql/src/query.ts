/** One statement and the values that its placeholders stand for. */
export interface Statement {
  sql: string
  values: unknown[]
}

/**
 * What to ask of the database, as a value: statements in their order, and what their results come to. Nothing is sent
 * until a transaction runs it, by itself (`trx.ask`) or in one message with others (`trx.together`).
 */
export interface Query<T> {
  readonly statements: readonly Statement[]
  /** Makes the answer of the driver's results, one for each statement. */
  readonly read: (results: readonly unknown[]) => T
}

/** What queries come to, by their places. */
export type ResultsOf<Queries extends readonly Query<unknown>[]> = {
  -readonly [Place in keyof Queries]: Queries[Place] extends Query<infer T> ? T : never
}

/** The rows of a SELECT; the caller names their shape. */
export function select<Row>(sql: string, values: unknown[] = []): Query<Row[]> {
  return { statements: [{ sql, values }], read: ([rows]) => rows as Row[] }
}

/** A query that needs no statement, because its answer is known. */
export function known<T>(answer: T): Query<T> {
  return { statements: [], read: () => answer }
}

/** The queries as one, whose answer `read` makes of theirs. */
export function combine<const Queries extends readonly Query<unknown>[], T>(
  queries: Queries,
  read: (answers: ResultsOf<Queries>) => T,
): Query<T> {
  return {
    statements: queries.flatMap(({ statements }) => statements),
    read(results) {
      let start = 0
      const answers = queries.map((query) => {
        const end = start + query.statements.length
        const answer = query.read(results.slice(start, end))
        start = end
        return answer
      })
      return read(answers as ResultsOf<Queries>)
    },
  }
}
