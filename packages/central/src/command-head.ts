/** Where the numbering of one store's commands stands. */
export interface CommandHead {
  storeId: string
  /** Greater after central was restored: then the numbers begin at 1 again. */
  era: number
  nextNumber: number
  /** How many commands of this era the store has done, by its newest beat; 0 when that beat is of another era. */
  commandsDone: number
  /**
   * The store has done a command of this era that was never given: central's database went back, unannounced. The store
   * would take the next numbers for repeats, so no command goes to it until central begins a new era.
   */
  stopped: boolean
}
