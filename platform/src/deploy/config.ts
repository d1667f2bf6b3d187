import { z } from 'zod'

const url = z.url({ protocol: /^https?$/, error: 'must be an http URL' })

const environmentSchema = z.object({
  STORES: z.coerce.number({ error: 'must be a whole number from 1 to 99' }).int().min(1).max(99),
  DATABASE_HOST: z
    .string({ error: 'must be a host name, in which {owner} stands for central, store-1, ...' })
    .min(1),
  DATABASE_CLIENTS: z
    .string({ error: "must be a host as MySQL's users have it, such as % or 10.0.0.%" })
    .regex(/^[\w.:%-]{1,255}$/, "must be a host as MySQL's users have it, such as % or 10.0.0.%"),
  DATABASE_PORT: z.coerce.number({ error: 'must be a port' }).int().min(1).max(65_535),
  KAFKA_BROKERS: z.string({ error: 'must be host:port, several separated by commas' }).min(1),
  CONNECT_URL: url,
  REGISTRY_API: url,
  CENTRAL_QUERY_URL: url,
  SECRETS_DIR: z.string({ error: 'must be the folder of the secret files' }).min(1),
})

export type DeployConfig = z.infer<typeof environmentSchema>

/** Where the components of a deployment are; throws with every key that is missing or wrong, and its legal values. */
export function loadDeployConfig(environment: NodeJS.ProcessEnv): DeployConfig {
  const parsed = environmentSchema.safeParse(environment)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  throw new Error(`the environment is not complete:\n  ${problems.join('\n  ')}`)
}

/** The one read of the environment of a deployment's set-up. */
export const deployEnvironment = process.env
