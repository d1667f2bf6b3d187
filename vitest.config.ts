import { defineConfig } from 'vitest/config'

const everywhere = [
  'packages/*/src/**',
  'services/*/src/**',
  'platform/src/**',
  'demo/src/**',
  'bench/src/**',
  'chaos/src/**',
  'tests',
]
const filesOf = (suffix: string) => everywhere.map((place) => `${place}/*.${suffix}.ts`)

/** How long `expect.poll` waits unless a test says otherwise: long enough for a busy machine. */
const expectation = { poll: { timeout: 20_000 } }

// The suffix of a test's file says what it needs: nothing, MySQL, a broker too, or the whole platform. The groups
// run one after the other, so that the heavy ones don't slow each other down. No test is retried: one that fails now and
// then shows a fault, of the product or of itself.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: filesOf('test'),
          exclude: ['db', 'kafka', 'e2e'].flatMap((need) => filesOf(`${need}.test`)),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'db',
          expect: expectation,
          include: filesOf('db.test'),
          globalSetup: ['packages/testkit/src/mysql-servers.ts'],
          // As many as there are servers.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'kafka',
          expect: expectation,
          include: filesOf('kafka.test'),
          globalSetup: ['packages/testkit/src/mysql-and-kafka.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          expect: expectation,
          include: filesOf('e2e.test'),
          globalSetup: ['tests/support/start-platform.ts'],
          setupFiles: ['tests/support/report-on-failure.ts'],
          // They share one platform, and kill its components.
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
