import { spawn } from 'node:child_process'
import { environment } from '../config.ts'

/** A command that ended with an error, with the last lines it wrote. */
export class CommandFailed extends Error {
  readonly code = 'command_failed'
}

export type CommandOptions = { cwd?: string; env?: Record<string, string> }

/** Runs a program to its end and returns what it wrote to stdout; throws `CommandFailed` otherwise. */
export async function runCommand(
  file: string,
  args: string[],
  options: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...(options.cwd ? { cwd: options.cwd } : {}),
      env: { ...environment.all, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let all = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      all += chunk
    })
    child.stderr.on('data', (chunk) => {
      all += chunk
    })
    child.on('error', (error) => reject(new CommandFailed(`${file} could not be run: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(stdout)
      const lastLines = all.trimEnd().split('\n').slice(-12).join('\n  ')
      reject(new CommandFailed(`${file} ${args[0] ?? ''} ended with ${signal ?? code}:\n  ${lastLines}`))
    })
  })
}

/** Whether a program of that name is on the PATH and says its version. */
export async function canRun(file: string, versionFlag = '--version'): Promise<boolean> {
  return runCommand(file, [versionFlag]).then(
    () => true,
    () => false,
  )
}
