import type { Scene } from './scene.ts'

/** A fault that isn't left to chance: done step by step while the tills sell, with the same checks afterwards. */
export interface Script {
  name: string
  /** For people, in a few words. */
  about: string
  /**
   * Whether entries are known to be lost between a store and central, so that central must ask for them again. After
   * every other fault that is a violation (I10). Each script that says so says why.
   */
  losesEntries?: boolean
  /**
   * Whether records that Kafka has from before can't be read again afterwards. Central is then given every record once
   * more before the script, and not after it. Each script that says so says why.
   */
  losesHistory?: boolean
  /** Does the fault and has it healed; resolves when the platform is as it was. Throws when it can't be done. */
  run(scene: Scene): Promise<void>
}
