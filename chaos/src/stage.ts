import { findInstallation, type Place, type Stack } from '@shelfwire/platform'
import { type Databases, openDatabases } from '@shelfwire/verify'
import type { TrialWiring } from './faults/trial-wiring.ts'

/** The running platform that faults are injected into, and everything needed to check it. */
export interface Stage {
  stack: Stack
  trial: TrialWiring
  place: Place
  databases: Databases
  /** Prints a line of the report. */
  say: (line: string) => void
}

/** Finds the platform's databases; the caller closes them. */
export async function openStage(given: Omit<Stage, 'place' | 'databases'>, dataDir: string): Promise<Stage> {
  const place = await findInstallation(dataDir)
  return { ...given, place, databases: openDatabases(place.databases) }
}

export function storeIdsOf({ place }: Pick<Stage, 'place'>): string[] {
  return place.stores.map(({ storeId }) => storeId)
}
