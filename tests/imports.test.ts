import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '..')
/** It takes 1 s, and a process of its own. */
const RUN_WITHIN_MS = 60_000

// A type is imported everywhere: a parser that does not understand TypeScript would see nothing here.
const SOURCES = {
  'services/one/src/sales/sale.ts':
    "import type { Price } from '../prices/price.ts'\nexport type Sale = Price",
  'services/one/src/sales/limits.ts': 'export type Limit = number',
  'services/one/src/prices/price.ts':
    "import type { Limit } from '../sales/limits.ts'\nexport type Price = Limit",
  'services/one/src/app.ts': "import type { Two } from '../../two/src/app.ts'\nexport type One = Two",
  'services/two/src/app.ts': "import type { Three } from './three.ts'\nexport type Two = Three",
  'services/two/src/three.ts': "import type { Two } from './app.ts'\nexport type Three = Two",
  'packages/contracts/src/entry.ts':
    "import type { Two } from '../../../services/two/src/app.ts'\nexport type A = Two",
}

test(
  'the check of imports refuses circles, and imports of services by services and packages',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imports-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    for (const [path, source] of Object.entries(SOURCES)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), source)
    }

    const { stdout, status } = spawnSync(
      process.execPath,
      [
        `--import=${pathToFileURL(join(root, 'bin/typescript-6.ts')).href}`,
        join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
        ...['--config', join(root, '.dependency-cruiser.js'), 'services', 'packages'],
      ],
      { cwd: folder, encoding: 'utf8' },
    )

    const refusals = [...stdout.matchAll(/error (\S+): (\S+) → *\n? *(\S+)/g)].map((match) =>
      match.slice(1).join(' '),
    )
    expect(refusals.toSorted()).toEqual([
      'no-circles-of-files services/two/src/app.ts services/two/src/three.ts',
      'no-circles-of-folders services/one/src/prices services/one/src/sales',
      'no-circles-of-folders services/one/src/sales services/one/src/prices',
      'packages-know-no-application packages/contracts/src/entry.ts services/two/src/app.ts',
      'services-share-packages-only services/one/src/app.ts services/two/src/app.ts',
    ])
    expect(status).toBe(5)
  },
  RUN_WITHIN_MS,
)
