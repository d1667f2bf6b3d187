/** What a supervisor in the background reports to the command that started it. */
export type ToParent = { line: string } | { ready: true }

/** Prints a line: on the terminal, or in the log and to the command that waits for this process. */
export function report(line: string): void {
  console.log(process.send ? `${new Date().toISOString()} ${line}` : line)
  reportToParent({ line })
}

/** Sends a message to the command that waits for this process, if one does. */
export function reportToParent(message: ToParent): void {
  // It may go away at any moment, which is no reason to stop.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
