import { runCommand } from './run-command.ts'
import { versions } from './versions.ts'

/**
 * Without this module some character sets that MySQL's JDBC driver knows are missing, among them eucJP-open. The driver
 * takes each of those for another name of UTF-8, and then asks the server for results in one of them where Debezium
 * asked for UTF-8: a snapshot turns everything that eucJP-open can't hold into question marks.
 */
const CHARACTER_SETS = 'jdk.charsets'

/** Why this `java` can't run the components, for people; null when it can. */
export async function javaProblem(file: string): Promise<string | null> {
  return problemOf(await runCommand(file, ['--list-modules']).catch(() => ''))
}

/** The same of what `java --list-modules` writes; an older Java than 9 doesn't know the option and writes nothing. */
export function problemOf(modules: string): string | null {
  const version = Number(/^java\.base@(\d+)/m.exec(modules)?.[1] ?? 0)
  const { oldestUsable } = versions.java
  if (version < oldestUsable) return `it is not Java ${oldestUsable} or newer`
  if (!new RegExp(`^${CHARACTER_SETS}@`, 'm').test(modules)) {
    return `it lacks the module ${CHARACTER_SETS}, without which a connector's snapshot garbles text`
  }
  return null
}

/** Throws when this `java` can't run the components. */
export async function requireJava(file: string): Promise<void> {
  const problem = await javaProblem(file)
  if (problem !== null) throw new Error(`${file} can't be used: ${problem}`)
}
