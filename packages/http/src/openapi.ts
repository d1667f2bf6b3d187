import { randomUUID } from 'node:crypto'
import { EXAMPLE_INSTANT, EXAMPLE_KEY } from '@shelfwire/contracts'
import { z } from 'zod'
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi'
import type { Route } from './route.ts'

export interface DocumentInfo {
  title: string
  version: string
  description: string
}

const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; for programs.' }),
    detail: z.string().meta({ description: 'For people; names the field and the legal values.' }),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Why the request was refused (RFC 9457). Nothing was written.' })

const LENGTHS =
  'The lengths of text (`minLength`, `maxLength`) are in Unicode code points: a letter followed by a combining mark ' +
  'has two, an emoji at least one.'

/** A stream of server-sent events, as described in the document. */
export interface StreamAbout {
  path: string
  summary: string
  description: string
  tag: string
}

/** The OpenAPI 3.1 document of the routes, from the schemas that validate them. */
export function openApiDocument(
  info: DocumentInfo,
  routes: readonly Route[],
  streams: readonly StreamAbout[] = [],
): object {
  const paths: ZodOpenApiPathsObject = {}
  for (const { path, summary, description, tag } of streams) {
    const events = {
      description: 'Events until either side closes.',
      content: { 'text/event-stream': { schema: z.string() } },
    }
    paths[path] = { get: { summary, description, tags: [tag], responses: { 200: events } } }
  }
  for (const { method, path, schemas, responses, ...about } of routes) {
    const place = path.replace(/:([A-Za-z]+)/g, '{$1}')
    paths[place] = {
      ...paths[place],
      [method]: {
        summary: about.summary,
        ...(about.description === undefined ? {} : { description: about.description }),
        tags: [about.tag],
        requestParams: {
          ...(schemas.path === undefined ? {} : { path: schemas.path }),
          ...(schemas.query === undefined ? {} : { query: schemas.query }),
          ...(schemas.headers === undefined ? {} : { header: schemas.headers }),
        },
        ...(schemas.body === undefined
          ? {}
          : { requestBody: { required: true, content: { 'application/json': { schema: schemas.body } } } }),
        responses: {
          ...Object.fromEntries(
            Object.entries(responses).map(([status, schema]) => [
              status,
              {
                description: schema.description ?? about.summary,
                ...(Number(status) === 204 ? {} : { content: { 'application/json': { schema } } }),
              },
            ]),
          ),
          default: {
            description: 'A refusal.',
            content: { 'application/problem+json': { schema: problemSchema } },
          },
        },
      },
    }
  }
  const document = createDocument({
    openapi: '3.1.0',
    info: { ...info, description: `${info.description}\n\n${LENGTHS}` },
    paths,
  })
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path) as { parameters?: QueryParameter[] }[]) {
      for (const parameter of operation.parameters ?? []) describeAsSent(parameter)
    }
  }
  return document
}

interface QueryParameter {
  schema: { type?: string; pattern?: string }
  style?: string
  explode?: boolean
}

/** Query parameters are text but are described by the type that they stand for; lists are separated by commas. */
function describeAsSent(parameter: QueryParameter): void {
  if (parameter.schema.type !== 'string') delete parameter.schema.pattern
  if (parameter.schema.type === 'array') Object.assign(parameter, { style: 'form', explode: false })
}

/** The document with examples that can be sent as they are: each key unique, each time the present. */
export function withLiveExamples(text: string, now = new Date()): string {
  return text
    .replaceAll(EXAMPLE_KEY, () => `example-${randomUUID()}`)
    .replaceAll(EXAMPLE_INSTANT, now.toISOString())
}
