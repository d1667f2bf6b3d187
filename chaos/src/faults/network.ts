import { setTimeout as pause } from 'node:timers/promises'
import type { DrawFault } from './fault.ts'
import { LINKS, type Link } from './links.ts'

const RESETS = 4

/** A fault of the network between two components. A store reaches its own database, so it must sell on (I13). */
export const drawNetwork: DrawFault = (random) => {
  const name = random.pick(LINKS)
  const seconds = random.between(2, 20)
  const delayMs = random.between(100, 1_500)
  const trouble = random.pick<{ text: string; begin: (link: Link) => void | Promise<void> }>([
    { text: 'cut', begin: (link) => link.cut() },
    { text: `delayed by ${delayMs} ms`, begin: (link) => link.delay(delayMs) },
    { text: `reset ${RESETS} times`, begin: resetAgain },
    { text: 'black-holed outward', begin: (link) => link.blackHole('outward') },
    { text: 'black-holed inward', begin: (link) => link.blackHole('inward') },
  ])
  return {
    component: name,
    text: `${name} ${trouble.text} for ${seconds} s`,
    async inject({ trial: { links } }) {
      const link = links.get(name)
      if (link === undefined) throw new Error(`there is no ${name}`)
      try {
        await Promise.all([trouble.begin(link), pause(seconds * 1_000)])
      } finally {
        link.heal()
      }
    },
  }
}

async function resetAgain(link: Link): Promise<void> {
  for (let count = 0; count < RESETS; count += 1) {
    link.reset()
    await pause(400)
  }
}
