const common = {
  testEnvironment: 'node',
  // The client of EventStoreDB keeps its messages under a global name of its own.
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'], globalsCleanup: 'off' },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'es6' },
        sourceMaps: 'inline',
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

export default {
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts'] },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.int.ts'],
      globalSetup: '<rootDir>/test/pg.global-setup.mjs',
      globalTeardown: '<rootDir>/test/pg.global-teardown.mjs',
    },
  ],
  reporters: ['default', '<rootDir>/scripts/tally-reporter.mjs'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['{apps,libs}/**/src/**/*.ts', '!**/*.spec.ts', '!**/main.ts', '!**/metadata.ts'],
  coverageReporters: ['text', 'lcov'],
  maxWorkers: 2,
  workerIdleMemoryLimit: '512MB',
};
