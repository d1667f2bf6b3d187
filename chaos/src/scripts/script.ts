import type { Scene } from './scene.ts'

/** A scripted fault, done step by step while the tills sell, with the same checks afterwards. */
export interface Script {
  name: string
  /** One line for the report. */
  about: string
  /**
   * Whether entries are known to be lost between a store and central, so that central must ask for them again. After
   * every other fault that is a violation (I10). A script that sets it says why.
   */
  losesEntries?: boolean
  /**
   * Whether earlier records in Kafka can't be read again afterwards. Every record is then delivered to central once more
   * before the script instead of after it. A script that sets it says why.
   */
  losesHistory?: boolean
  /** Does the fault and has it healed; resolves when the platform is as it was. Throws when it can't be done. */
  run(scene: Scene): Promise<void>
}
