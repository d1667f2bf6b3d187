import { z } from 'zod'

const connections = 'must be a whole number from 1 to 100000'
const namesLegal = 'must be host names without ports, separated by commas'
const originsLegal = 'must be origins such as https://portal.example, separated by commas'

/** A list in one variable; an empty text is an empty list. */
function listOf<Item extends z.ZodType<string, string>>(item: Item) {
  return z
    .string()
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item))
    .default([])
}

/** The environment that every service has. */
export const httpEnv = {
  HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  /** Names by which clients reach the service besides loopback and its address; other Host headers get 421. */
  HTTP_HOSTS: listOf(z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, namesLegal)),
  HTTP_PORT: z.coerce.number('must be a port from 1 to 65535').int().min(0).max(65_535),
  HTTP_MAX_CONNECTIONS: z.coerce
    .number(connections)
    .int(connections)
    .min(1, connections)
    .max(100_000, connections)
    .default(2_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
}

/** For a service that pages of other origins may use from a browser. */
export const corsEnv = {
  CORS_ORIGINS: listOf(
    z.string().regex(/^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/, originsLegal),
  ),
}

/** Where to listen, and which hosts and origins are served. */
export function httpSettings(env: z.output<z.ZodObject<typeof httpEnv>>) {
  return {
    host: env.HTTP_HOST,
    port: env.HTTP_PORT,
    hosts: [...boundName(env.HTTP_HOST), ...env.HTTP_HOSTS],
    maxConnections: env.HTTP_MAX_CONNECTIONS,
  }
}

/** The bound address is a name of the service, unless it is the wildcard. */
function boundName(host: string): string[] {
  if (host === '0.0.0.0' || host === '::') return []
  return [host.includes(':') ? `[${host}]` : host]
}

/** Parses the environment; throws one Error that lists every problem with its key and the legal values. */
export function readEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<z.ZodObject<Shape>> {
  const parsed = z.object(shape).safeParse(environment)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => {
    const key = String(path[0])
    return environment[key] === undefined ? `${key} is missing` : `${key}: ${message}`
  })
  throw new ConfigurationError(problems)
}

/** The configuration can't be used; lists every problem. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`configuration refused:\n${problems.map((line) => `  - ${line}`).join('\n')}`)
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}
