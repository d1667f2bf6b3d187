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

/** How long a fact is waited for, unless its test says: a busy machine gets the time it needs. */
const expectation = { poll: { timeout: 20_000 } }

// Whole platforms share two cores in CI. A test of one that fails there is run once more, and reported as retried.
const retry = process.env.CI ? 1 : 0

// The suffix of a test's file says what it needs: nothing, MySQL, a broker too, or the whole platform. The groups
// run one after the other, so that the heavy ones don't slow each other down.
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
          retry,
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
          retry,
          include: filesOf('e2e.test'),
          globalSetup: ['tests/support/start-platform.ts'],
          setupFiles: ['tests/support/tell-on-failure.ts'],
          // They share one platform, and kill its parts.
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
