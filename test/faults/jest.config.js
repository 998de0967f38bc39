import config from '../../jest.config.js';

const integration = config.projects.find(({ displayName }) => displayName === 'integration');

/** The long form of the fault tests, one after the other; those named `.long.ts` are part of it alone. */
export default {
  ...integration,
  rootDir: '../..',
  displayName: 'faults',
  testMatch: ['<rootDir>/test/faults/**/*.int.ts', '<rootDir>/test/faults/**/*.long.ts'],
  reporters: ['default', '<rootDir>/scripts/tally-reporter.mjs'],
};
