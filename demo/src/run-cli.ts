import { Fault } from '@shelfwire/contracts'
import { Refused, UsageError } from '@shelfwire/platform'

/** Runs a command with the process's arguments: its number is the exit code; 2 for arguments that can't be understood. */
export async function runCli(main: (argv: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    const isForPeople = error instanceof UsageError || error instanceof Refused || error instanceof Fault
    console.error(isForPeople ? error.message : error)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
