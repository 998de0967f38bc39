/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment:
        'Rules are replayed for years: they must run with no framework, database or store, and see only pure libs.',
      from: { path: '^libs/([^/]+)/src/domain/', pathNot: '(\\.spec\\.ts$|/domain/test/)' },
      to: {
        pathNot: [
          '^libs/$1/src/domain/',
          '^libs/event-sourcing/src/decider\\.ts$',
          '^libs/(schemes|money|calendar)/src/index\\.ts$',
        ],
      },
    },
    {
      name: 'pure-libs-stay-pure',
      severity: 'error',
      comment: 'Money, calendar and schemes are arithmetic that an outsider can run again: no framework, no I/O.',
      from: { path: '^libs/(money|calendar|schemes)/src/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/$1/src/', '^libs/(money|calendar)/src/index\\.ts$'] },
    },
    {
      name: 'one-door-per-lib',
      severity: 'error',
      comment: 'A lib is used through its index.ts, or the pure second doors of event-sourcing.',
      from: { path: '^(libs/([^/]+)|apps/[^/]+)/' },
      to: {
        path: '^libs/([^/]+)/src/',
        pathNot: ['^libs/$2/src/', '^libs/[^/]+/src/index\\.ts$', '^libs/event-sourcing/src/(decider|spec)\\.ts$'],
      },
    },
    {
      name: 'spec-door-only-in-specs',
      severity: 'error',
      comment: 'The given/when/then harness needs the test runner.',
      from: { pathNot: '(\\.(spec|int)\\.ts$|/domain/test/)' },
      to: { path: '^libs/event-sourcing/src/spec\\.ts$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-event-sourcing-knows-a-store-client',
      severity: 'error',
      comment: 'Changing the store must stay a change of one adapter.',
      // The benchmark holds the adapter beside the client alone.
      from: { pathNot: '^(libs/event-sourcing/|apps/almoner/src/bench/append-esdb\\.ts$)' },
      to: { path: '^node_modules/(@eventstore|@kurrent)/' },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      comment: 'What every process needs must not know what the processes are for.',
      from: { path: '^libs/(platform|event-sourcing)/' },
      to: { path: '^libs/(cases|people|schemes|payments|areas|access)/' },
    },
    {
      name: 'kernel-knows-no-lib',
      severity: 'error',
      comment: 'The kernel could be published alone.',
      from: { path: '^libs/event-sourcing/' },
      to: { path: '^libs/', pathNot: '^libs/event-sourcing/' },
    },
    {
      name: 'no-undeclared-package',
      severity: 'error',
      comment: 'Every dependency is named in package.json and earns its place.',
      from: {
        path: '^(apps|libs)/',
        pathNot: '(\\.(spec|int)\\.ts$|^libs/event-sourcing/src/spec\\.ts$|/domain/test/)',
      },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Written by the build from the DTOs and controllers of all libs.
    exclude: { path: '^apps/[^/]+/src/metadata\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'] },
  },
};
