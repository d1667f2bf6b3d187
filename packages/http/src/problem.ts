/** One invalid field of a request, and its legal values. */
export interface FieldProblem {
  /** A path such as `lines[0].quantity`, `header Idempotency-Key` or `query limit`. */
  field: string
  /** Names the legal values. */
  message: string
}

/** The body of every refusal (RFC 9457, with our stable `code`). */
export interface ProblemBody {
  type: string
  title: string
  status: number
  code: string
  detail: string
  errors?: FieldProblem[]
  [extension: string]: unknown
}

/** What a route answers. */
export interface Reply {
  status: number
  body?: unknown
  /** Instead of `body`: the body already serialised as JSON, for routes with thousands of requests a second. */
  json?: string
  headers?: Record<string, string>
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Not acceptable as it is',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
}

export interface ProblemDetails {
  status: number
  /** Stable, for programs: `insufficient_stock`. */
  code: string
  /** One sentence for people. */
  detail: string
  errors?: FieldProblem[]
  /** Further members of the body, such as what was available. */
  extensions?: Record<string, unknown>
  headers?: Record<string, string>
}

/** A refusal as an answer of type `application/problem+json`. */
export function problem({ status, code, detail, errors, extensions, headers }: ProblemDetails): Reply {
  const body: ProblemBody = {
    type: `urn:shelfwire:problem:${code}`,
    title: TITLES[status] ?? 'Refused',
    status,
    code,
    detail,
    ...(errors === undefined ? {} : { errors }),
    ...extensions,
  }
  return { status, body, headers: { 'content-type': 'application/problem+json', ...headers } }
}

/** Invalid input: 400, naming every invalid field. */
export function invalid(errors: FieldProblem[]): Reply {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return problem({ status: 400, code: 'invalid_request', detail, errors })
}
