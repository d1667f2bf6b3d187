/** A seed that once failed, and the fault that it showed. */
export interface Regression {
  seed: string
  seconds: number
  faults: string
  showed: string
}

/**
 * Seeds that failed until the fault they showed was repaired. What a seed draws changes with the kinds of fault there are, so
 * each such fault also has a test of its own.
 */
export const REGRESSIONS: readonly Regression[] = [
  {
    seed: 'cfa43e.8',
    seconds: 40,
    faults: 'kill,pause,network,clock,records,connector',
    showed:
      'a central-update that began while Kafka was silent never came back (packages/kafka/src/half-open-patch.test.ts)',
  },
  {
    seed: '426854.19',
    seconds: 40,
    faults: 'kill,pause,network,clock,records,connector',
    showed:
      'a store forgot what it had refused while its clock was 90 days slow (local-store/src/requests/steady-clock.test.ts)',
  },
]
