import type { Request } from 'express'
import type { z } from 'zod'
import type { Reply } from './problem.ts'

/** The input of a handler, every part parsed by the route's schemas. */
export interface RouteInput<Path, Query, Body, Headers> {
  path: Path
  query: Query
  body: Body
  headers: Headers
  /** From the credential, see {@link ./caller.ts}. */
  caller: string
  request: Request
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

interface RouteSchemas {
  path?: z.ZodObject
  query?: z.ZodObject
  /** Names are in lower case. */
  headers?: z.ZodObject
  body?: z.ZodType
}

/** A route as it is mounted and described: the schemas that validate are the ones in the OpenAPI document. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Express form: `/v1/stock/:sku`. */
  path: string
  summary: string
  description?: string
  tag: string
  schemas: RouteSchemas
  /** By status; each description comes from the schema. Problems are added for every route. */
  responses: Record<number, z.ZodType>
  handle: (input: RouteInput<unknown, unknown, unknown, unknown>) => Promise<Reply> | Reply
}

/** Defines a route whose handler's input is typed by its schemas. */
export function route<
  Path extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Headers extends z.ZodObject | undefined = undefined,
>(definition: {
  method: Route['method']
  path: string
  summary: string
  description?: string
  tag: string
  schemas?: { path?: Path; query?: Query; body?: Body; headers?: Headers }
  responses: Record<number, z.ZodType>
  handle: (
    input: RouteInput<Output<Path>, Output<Query>, Output<Body>, Output<Headers>>,
  ) => Promise<Reply> | Reply
}): Route {
  const schemas = definition.schemas ?? {}
  return { ...definition, schemas: schemas as RouteSchemas, handle: definition.handle as Route['handle'] }
}
