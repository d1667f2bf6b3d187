import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { arbitraryOf, type JsonSchema } from './arbitrary-of.ts'

interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required?: boolean
  schema: JsonSchema
}

interface Operation {
  parameters?: Parameter[]
  requestBody?: { content: { 'application/json': { schema: JsonSchema } } }
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, JsonSchema> }
}

interface Sent {
  values: Record<string, unknown>
  body?: unknown
}

export interface HeldOperation {
  name: string
  /** Sends the document's examples; returns the status and what contradicts the document. */
  sendExample: () => Promise<{ status: number; complaints: string[] }>
  /** Sends requests that the document calls legal, then the same ones made illegal; returns what contradicts the document. */
  sendGenerated: (options: { runs: number; mayRefuse: RegExp }) => Promise<string[]>
}

/** The operations of a running service's document, in its order, streams aside: each can be held against it. */
export async function operationsOf(url: string): Promise<HeldOperation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  const resolve = (reference: string) =>
    document.components?.schemas?.[reference.split('/').at(-1) ?? ''] as JsonSchema
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return operations
    .filter(({ operation }) => operation.responses[200]?.content?.['text/event-stream'] === undefined)
    .map(({ path, method, operation }) => hold({ url, path, method, operation, ajv, resolve }))
}

interface Place {
  url: string
  path: string
  method: string
  operation: Operation
  ajv: Ajv2020
  resolve: (reference: string) => JsonSchema
}

function hold(place: Place): HeldOperation {
  const { path, method, operation, resolve } = place
  const bodySchema = operation.requestBody?.content['application/json'].schema
  // A cursor is opaque: only the page before has one that is legal.
  const parameters = (operation.parameters ?? []).filter(({ name }) => name !== 'cursor')
  return {
    name: `${method.toUpperCase()} ${path}`,
    async sendExample() {
      const given = parameters.filter(({ schema }) => exampleOf(schema, resolve) !== undefined)
      const values = Object.fromEntries(given.map(({ name, schema }) => [name, exampleOf(schema, resolve)]))
      const sent: Sent = { values, ...(bodySchema && { body: exampleOf(bodySchema, resolve) }) }
      const answer = await send(place, sent)
      return { status: answer.status, complaints: complaintsOf(place, answer, sent) }
    },
    async sendGenerated({ runs, mayRefuse }) {
      const complaints: string[] = []
      for (const sent of fc.sample(requestOf(parameters, bodySchema, resolve), { numRuns: runs, seed: 7 })) {
        if (bodySchema !== undefined && !isLegal(place, bodySchema, sent.body)) continue
        const answer = await send(place, sent)
        complaints.push(...complaintsOf(place, answer, sent))
        if (answer.status === 400 && !mayRefuse.test(answer.text)) {
          complaints.push(`legal and refused: ${JSON.stringify(sent)}: ${answer.text}`)
        }
        const spoiled = spoil(sent)
        const refused = await send(place, spoiled)
        complaints.push(...complaintsOf(place, refused, spoiled))
        if (refused.status < 400) complaints.push(`illegal and taken: ${JSON.stringify(spoiled)}`)
      }
      return complaints
    },
  }
}

function requestOf(
  parameters: Parameter[],
  body: JsonSchema | undefined,
  resolve: Place['resolve'],
): fc.Arbitrary<Sent> {
  const members = Object.fromEntries(
    parameters.map(({ name, schema, in: at }) => {
      const value = arbitraryOf(schema, resolve)
      // A URL takes these two segments away.
      return [name, at === 'path' ? value.filter((text) => text !== '.' && text !== '..') : value]
    }),
  )
  const requiredKeys = parameters.filter(({ required }) => required).map(({ name }) => name)
  const values = fc.record(members, { requiredKeys }) as fc.Arbitrary<Record<string, unknown>>
  return body === undefined
    ? values.map((given) => ({ values: given }))
    : fc.record({ values, body: arbitraryOf(body, resolve) })
}

/** The same with a member that the document doesn't know. */
function spoil({ values, body }: Sent): Sent {
  return body === undefined
    ? { values: { ...values, 'query:colour': 'red' } }
    : { values, body: { ...(body as object), colour: 'red' } }
}

interface Answer {
  status: number
  type: string
  text: string
}

async function send({ url, path, method, operation }: Place, { values, body }: Sent): Promise<Answer> {
  const target = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
  const query = new URLSearchParams()
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  for (const [name, value] of Object.entries(values)) {
    const at = operation.parameters?.find((parameter) => parameter.name === name)?.in ?? 'query'
    if (at === 'query')
      query.set(name.replace('query:', ''), Array.isArray(value) ? value.join() : String(value))
    if (at === 'header') headers[name] = String(value)
  }
  const response = await fetch(`${url}${target}?${query}`, {
    method: method.toUpperCase(),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, text: await response.text() }
}

/** What the document doesn't say of an answer: its status, its type, its body. */
function complaintsOf(place: Place, { status, type, text }: Answer, sent: Sent): string[] {
  const { responses } = place.operation
  const declared = responses[status] ?? (status >= 400 ? responses.default : undefined)
  const about = `${JSON.stringify(sent)}: ${status} ${type} ${text}`
  if (declared === undefined) return [`status not declared: ${about}`]
  if (status >= 500) return [`failed: ${about}`]
  if (declared.content === undefined) return text === '' ? [] : [`a body where none is declared: ${about}`]
  const schema = declared.content[type]?.schema
  if (schema === undefined) return [`type not declared: ${about}`]
  return isLegal(place, schema, JSON.parse(text))
    ? []
    : [`body not as declared: ${about}: ${place.ajv.errorsText()}`]
}

function isLegal({ ajv }: Place, schema: JsonSchema, value: unknown): boolean {
  return ajv.validate(withReferences(schema), value)
}

/** References of a part are those of its document. */
function withReferences(schema: JsonSchema): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'),
  ) as JsonSchema
}

/** What Swagger UI sends: the examples given, and of members without one those that must be there. */
function exampleOf(schema: JsonSchema, resolve: Place['resolve']): unknown {
  if (schema.$ref !== undefined) return exampleOf(resolve(schema.$ref), resolve)
  if (schema.example !== undefined) return schema.example
  if (schema.const !== undefined) return schema.const
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0]
  if (choice !== undefined) return exampleOf(choice, resolve)
  if (schema.type === 'array') {
    const item = exampleOf(schema.items ?? {}, resolve)
    return item === undefined ? undefined : [item]
  }
  if (schema.type !== 'object') return undefined
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => [
    name,
    exampleOf(member, resolve),
  ])
  return Object.fromEntries(members.filter(([, value]) => value !== undefined))
}
