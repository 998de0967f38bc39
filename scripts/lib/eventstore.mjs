import { say } from './say.mjs';
import { runTests } from './tests.mjs';

/**
 * `npm run test:eventstore`: the demo and the contract of the log on a real EventStoreDB, which must be empty at the start. The
 * demo goes first, for its clock starts only where nothing is recorded. Without a server it fails: nothing was shown.
 */
export async function runOnEventStore(args) {
  if (!process.env.EVENTSTORE_TEST_URL?.trim()) {
    say('EVENTSTORE_TEST_URL must name an empty EventStoreDB, e.g. esdb://127.0.0.1:2113?tls=false');
    process.stdout.write('0 passed, 1 failed\n');
    return 1;
  }
  const demo = await runTests(['--testPathPatterns', 'test/esdb-demo', ...args]);
  const contract = await runTests(['--testPathPatterns', 'test/event-store-esdb.int', ...args]);
  return demo || contract;
}
