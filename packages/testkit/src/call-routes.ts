/** One call or more of each route, by `METHOD path`. */
export type RouteCalls = Record<string, readonly (readonly [path: string, body?: unknown])[]>

/** Asks a service as a client does. */
export type AskRoute = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ status: number; body: unknown }>

/**
 * Makes these calls of each route that the service's own document names, streams aside, and asks for a second page where
 * there is one. Throws when a route has no call, and when an answer isn't a success or 404.
 */
export async function callRoutes(ask: AskRoute, calls: RouteCalls): Promise<void> {
  const { body } = await ask('GET', '/openapi.json')
  const { paths } = body as { paths: Record<string, object> }
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.includes('/v1/') || path.endsWith('/stream')) continue
    for (const name of Object.keys(methods)) {
      const method = name.toUpperCase()
      const made = calls[`${method} ${path}`]
      if (made === undefined) throw new Error(`${method} ${path} is not called by this test`)
      for (const [target, sent] of made) await callRoute(ask, { method, target, sent })
    }
  }
}

async function callRoute(
  ask: AskRoute,
  { method, target, sent }: { method: string; target: string; sent: unknown },
): Promise<void> {
  const { status, body } = await ask(method, target, sent)
  if (status >= 300 && status !== 404)
    throw new Error(`${method} ${target}: ${status} ${JSON.stringify(body).slice(0, 300)}`)
  const { next } = (body ?? {}) as { next?: string | null }
  if (next) await ask(method, `${target}${target.includes('?') ? '&' : '?'}cursor=${next}`)
}
