import { z } from 'zod'

/** One or more addresses `host:port`, separated by commas; each as it was written. */
export const hostPorts = z
  .string()
  .regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, 'must be host:port, several separated by commas')
  .transform((list) => list.split(','))

/** The environment that names the brokers and the schema registry. */
export const kafkaEnv = {
  KAFKA_BROKERS: hostPorts,
}

export const registryEnv = {
  REGISTRY_URL: z.url({
    protocol: /^https?$/,
    error: 'must be the URL of the registry, such as http://127.0.0.1:13004/apis/ccompat/v7',
  }),
}
