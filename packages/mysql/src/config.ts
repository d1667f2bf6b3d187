import { z } from 'zod'

/** The environment that names one MySQL server and a user on it; the password has no default. */
export const mysqlEnv = {
  MYSQL_HOST: z.string().min(1).default('127.0.0.1'),
  MYSQL_PORT: z.coerce.number().int().min(1).max(65_535).default(3306),
  MYSQL_USER: z.string().min(1),
  MYSQL_PASSWORD: z.string().min(1),
  MYSQL_DATABASE: z.string().min(1),
}

/** The user who makes and drops partitions; the password has no default. */
export const maintenanceEnv = {
  MYSQL_MAINTENANCE_USER: z.string().min(1).default('maintenance'),
  MYSQL_MAINTENANCE_PASSWORD: z.string().min(1),
}

/** Where a database is and who asks. */
export interface DatabaseAddress {
  host: string
  port: number
  user: string
  password: string
  database: string
}

/** The address in an environment parsed with {@link mysqlEnv}. */
export function databaseAddress(env: z.infer<z.ZodObject<typeof mysqlEnv>>): DatabaseAddress {
  return {
    host: env.MYSQL_HOST,
    port: env.MYSQL_PORT,
    user: env.MYSQL_USER,
    password: env.MYSQL_PASSWORD,
    database: env.MYSQL_DATABASE,
  }
}

/** The same database for the user of {@link maintenanceEnv}. */
export function maintenanceAddress(
  env: z.infer<z.ZodObject<typeof mysqlEnv & typeof maintenanceEnv>>,
): DatabaseAddress {
  const { MYSQL_MAINTENANCE_USER: user, MYSQL_MAINTENANCE_PASSWORD: password } = env
  return { ...databaseAddress(env), user, password }
}
