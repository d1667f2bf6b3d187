import { z } from 'zod'

/** The environment that every service has. */
export const httpEnv = {
  HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  HTTP_PORT: z.coerce.number('must be a port from 1 to 65535').int().min(0).max(65_535),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
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

/** The configuration can't be used: every problem at once. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`configuration refused:\n${problems.map((line) => `  - ${line}`).join('\n')}`)
    this.name = 'ConfigurationError'
    this.problems = problems
  }
}
