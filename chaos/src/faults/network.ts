import { setTimeout as pause } from 'node:timers/promises'
import { storeId } from '@shelfwire/stack'
import { type DrawFault, STORES } from './fault.ts'
import type { Uplink } from './trial-wiring.ts'

const RESETS = 4

/** Trouble on the way between one store and the rest; the store itself is well and must sell on (I13). */
export const drawNetwork: DrawFault = (random) => {
  const store = storeId(random.between(1, STORES))
  const seconds = random.between(2, 20)
  const delayMs = random.between(100, 1_500)
  const trouble = random.pick<{ text: string; begin: (uplink: Uplink) => void | Promise<void> }>([
    { text: 'cut', begin: (uplink) => uplink.cut() },
    { text: `delayed by ${delayMs} ms`, begin: (uplink) => uplink.delay(delayMs) },
    { text: `reset ${RESETS} times`, begin: resetAgain },
    { text: 'black-holed out of the store', begin: (uplink) => uplink.blackHole('out of the store') },
    { text: 'black-holed into the store', begin: (uplink) => uplink.blackHole('into the store') },
  ])
  return {
    part: `uplink of ${store}`,
    text: `uplink of ${store} ${trouble.text} for ${seconds} s`,
    async inject({ trial: { uplinks } }) {
      const uplink = uplinks.get(store)
      if (uplink === undefined) throw new Error(`${store} has no uplink`)
      try {
        await Promise.all([trouble.begin(uplink), pause(seconds * 1_000)])
      } finally {
        uplink.heal()
      }
    },
  }
}

async function resetAgain(uplink: Uplink): Promise<void> {
  for (let count = 0; count < RESETS; count += 1) {
    uplink.reset()
    await pause(400)
  }
}
