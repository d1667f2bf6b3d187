import type { Route } from './route.ts'

/** Looks up which methods a path takes; none when there is nothing at that path. */
export function methodsOf(
  routes: readonly Pick<Route, 'method' | 'path'>[],
): (path: string) => readonly string[] {
  const patterns = routes.map(({ path, method }) => ({
    methods: method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    pattern: new RegExp(`^${path.replace(/:[A-Za-z]+/g, '[^/]+')}/?$`),
  }))
  return (path) => [
    ...new Set(patterns.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : []))),
  ]
}
