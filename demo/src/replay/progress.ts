import { MultiBar } from 'cli-progress'

/** What a run shows while it goes on. */
export interface Progress {
  /** The doors open; `expected` baskets will be sold, as far as that is known. */
  start(expected: number): void
  sold(): void
  say(line: string): void
  stop(): void
}

const LINE_EVERY_MS = 5_000

/** A bar on a terminal; elsewhere a line now and then. */
export function createProgress(): Progress {
  return process.stdout.isTTY ? barOnTerminal() : linesInFile()
}

function barOnTerminal(): Progress {
  const bars = new MultiBar({
    format: '{bar} {value} baskets, {duration_formatted}',
    barsize: 30,
    // Ctrl-C closes the doors, which is the command's affair.
    gracefulExit: false,
    stream: process.stdout,
  })
  let bar: ReturnType<MultiBar['create']> | undefined
  return {
    start(expected) {
      bar = bars.create(Number.isFinite(expected) ? expected : 0, 0)
    },
    sold: () => bar?.increment(),
    say(line) {
      // While there is a bar, a line has to go above it.
      if (bar) bars.log(`${line}\n`)
      else console.log(line)
    },
    stop() {
      bars.stop()
      bar = undefined
    },
  }
}

function linesInFile(): Progress {
  let baskets = 0
  let timer: NodeJS.Timeout | undefined
  return {
    start() {
      timer = setInterval(() => console.log(`${baskets} baskets`), LINE_EVERY_MS)
    },
    sold() {
      baskets += 1
    },
    say: (line) => console.log(line),
    stop: () => clearInterval(timer),
  }
}
