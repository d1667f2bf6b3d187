import { Fault } from '@shelfwire/contracts'
import type { Route } from '@shelfwire/http'
import { troubleOf } from '@shelfwire/mysql'

/** The route, saying 503 and not 500 when central's database is away: the caller may try again. */
export function tellDatabaseTrouble(route: Route): Route {
  return {
    ...route,
    async handle(input) {
      try {
        return await route.handle(input)
      } catch (error) {
        if (error instanceof Fault || troubleOf(error) === 'statement') throw error
        throw databaseUnreachable(error)
      }
    },
  }
}

export function databaseUnreachable(cause?: unknown): Fault {
  return new Fault('database_unreachable', "central's database does not answer", { canRetry: true, cause })
}
