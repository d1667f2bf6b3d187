import { defineConfig } from 'vitest/config'

const everywhere = ['packages/*/src/**', 'services/*/src/**', 'demo/src/**', 'tests']
const filesOf = (suffix: string) => everywhere.map((place) => `${place}/*.${suffix}.ts`)

// The suffix of a test's file says what it needs: nothing, MySQL, a broker too, or the whole platform.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: filesOf('test'),
          exclude: ['db', 'kafka', 'e2e'].flatMap((need) => filesOf(`${need}.test`)),
        },
      },
      {
        test: {
          name: 'db',
          include: filesOf('db.test'),
          globalSetup: ['packages/testkit/src/mysql-servers.ts'],
          // As many as there are servers.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
})
