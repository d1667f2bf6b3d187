// Which file may import which, for dependency-cruiser (a step of `npm run check`). Test files are left out: nothing can
// import them, and they may use the platform and other services.

/**
 * Services by their floors, lowest first; each floor is a list of folders of `src/`. A file may import from its own floor
 * and from those below it. Folders that are not listed are not checked.
 *
 * @type {Record<string, string[][]>}
 */
const FLOORS = {
  'central-update': [
    ['records', 'store-state'],
    ['projections'],
    ['apply', 'commands', 'freshness', 'journal', 'parked', 'pings', 'rebuild', 'retention'],
  ],
}

const foldersOf = (service, folders) => `^services/${service}/src/(${folders.join('|')})/`

const importsUpwards = Object.entries(FLOORS).flatMap(([service, floors]) =>
  floors.slice(0, -1).map((folders, floor) => ({
    name: `${service}-floor-${floor + 1}-imports-no-higher-floor`,
    severity: 'error',
    from: { path: foldersOf(service, folders) },
    to: { path: foldersOf(service, floors.slice(floor + 1).flat()) },
  })),
)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles-of-files', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-circles-of-folders',
      comment: 'Folders directly below src/. A circle of folders is one module with several names.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^((services|packages)/[^/]+|platform|demo|chaos|bench)/src/[^/]+' },
      to: { circular: true },
    },
    ...importsUpwards,
    {
      name: 'services-share-packages-only',
      comment: 'Services are deployed one by one: what two of them agree on is in packages/.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^(services|platform|demo|chaos|bench|tests)/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-know-no-application',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/testkit/' },
      to: { path: '^(services|platform|demo|chaos|bench|tests)/' },
    },
    {
      name: 'testkit-knows-platform-only',
      comment: "Tests run on the platform's real servers.",
      severity: 'error',
      from: { path: '^packages/testkit/' },
      to: { path: '^(services|demo|chaos|bench|tests)/' },
    },
    {
      name: 'platform-starts-services-as-processes',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^(services|demo|chaos|bench|tests)/' },
    },
    {
      name: 'contracts-are-pure',
      comment: 'Rules and formats that two services agree on need no database, no broker and no HTTP server.',
      severity: 'error',
      from: { path: '^packages/contracts/' },
      to: {
        path: ['^packages/', 'node_modules/(mysql2|knex|kafkajs|express)/'],
        pathNot: '^packages/contracts/',
      },
    },
    {
      name: 'test-support-in-tests-only',
      severity: 'error',
      from: { path: '^(services|packages|platform|demo)/', pathNot: ['/testing/', '^packages/testkit/'] },
      to: { path: ['/testing/', '^packages/testkit/'] },
    },
    { name: 'imports-exist', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    exclude: { path: '\\.test\\.ts$' },
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6'],
    // An import of a type is an import, too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
