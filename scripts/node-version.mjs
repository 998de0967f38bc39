// Read by every Node that knows modules, also by those that are too old to run the rest: no newer syntax, no other import.

const least = '20.19';

function supported(version) {
  const parts = version.split('.').map(Number);
  return parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19);
}

function explain(error) {
  if (error.name === 'Stopped') return;
  const plain = error.name === 'Refusal' || error.syscall !== undefined;
  process.stderr.write('almoner: ' + (plain ? error.message : error.stack) + '\n');
}

/**
 * Runs the body of an entry script: on a Node that is too old it says so instead, and what the body refuses becomes one line on
 * stderr; both with exit code 1. The body imports what it needs by itself, so that an old Node never reads it.
 */
export function onSupportedNode(body) {
  if (!supported(process.versions.node)) {
    process.stderr.write(
      'almoner: Node ' + process.versions.node + ' is too old: install Node ' + least + ' or later.\n',
    );
    process.exit(1);
  }
  body().catch(function (error) {
    explain(error);
    process.exit(error.exitCode === undefined ? 1 : error.exitCode);
  });
}
