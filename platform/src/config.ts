/** The one place of this package that reads the environment. */
export const environment = {
  /** What every started program inherits: where to find programs, the user's home and language. */
  inherited: pick(['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']),
  /** Everything, for the tools that fetch: they know of proxies, mirrors and certificates from here. */
  all: process.env,
  path: process.env.PATH ?? '',
  javaHome: process.env.JAVA_HOME,
}

function pick(names: string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = process.env[name]
    if (value !== undefined) found[name] = value
  }
  return found
}
