import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { clone } from './clone.mjs';
import { folderOutside } from './data-dir.mjs';
import { npmCommand, toolEnv } from './install.mjs';
import { endOf, until } from './processes.mjs';
import { say, seconds } from './say.mjs';

/** Versions that are fetched from npm, where the package `node` carries the program. */
const fetched = ['22', '24'];

function nodesAtHand(folder) {
  const found = [{ name: process.versions.node, path: process.execPath }];
  for (const version of fetched.filter((major) => major !== process.versions.node.split('.')[0])) {
    const prefix = join(folder, `node-${version}`);
    const [npm, ...first] = npmCommand();
    mkdirSync(prefix);
    const install = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`];
    spawnSync(npm, [...first, ...install], { cwd: prefix, env: toolEnv(), stdio: 'ignore' });
    const path = join(prefix, 'node_modules', 'node', 'bin', 'node');
    const { stdout } = existsSync(path) ? spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }) : {};
    found.push(stdout ? { name: stdout.trim(), path } : { name: version, missing: 'could not be fetched from npm' });
  }
  return found;
}

function usersAtHand() {
  if (process.getuid?.() !== 0) return [{ name: 'this user' }, { name: 'root', missing: 'needs a start by root' }];
  const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  try {
    return [{ name: 'root' }, { name: 'nobody', as: { uid: id('-u'), gid: id('-g') } }];
  } catch {
    return [{ name: 'root' }, { name: 'a normal user', missing: 'there is no user nobody' }];
  }
}

function freePort() {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

async function answers(port) {
  return new Promise((done) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('close', () => done(false)).setTimeout(500, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}

/** Every process that works in a folder or was started from it, by its command line. */
function left(folder) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}

/** How this machine reaches the registry: proxies, certificates and npm's machine-wide file, which another Node would not find. */
function networkEnv(npm) {
  const names = /^(https?_proxy|no_proxy|node_extra_ca_certs)$/i;
  const machineWide = spawnSync(npm[0], [...npm.slice(1), 'config', 'get', 'globalconfig'], { encoding: 'utf8' });
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name))),
    npm_config_globalconfig: machineWide.stdout.trim(),
  };
}

/** Clones, and runs both commands there as one user on one Node. Gives the steps' lines; throws at the first that fails. */
async function tryOut({ node, user, folder, npm }) {
  const home = mkdtempSync(join(folder, 'home-')); // closed to everyone else, like root's own
  const copy = join(home, 'almoner');
  execFileSync('git', ['clone', '--quiet', clone, copy]);
  if (user.as) {
    execFileSync('chown', ['-R', `${user.as.uid}:${user.as.gid}`, home]);
    chownSync(home, user.as.uid, user.as.gid);
  }
  chmodSync(home, 0o700);
  const port = await freePort();
  const env = {
    PATH: `${dirname(node.path)}${delimiter}${process.env.PATH}`,
    HOME: home,
    PORT: String(port),
    LANG: 'C.UTF-8',
    ...networkEnv(npm),
  };
  const options = { ...user.as, cwd: copy, env };
  const call = (...args) =>
    spawn(npm[0], [...npm.slice(1), ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const collect = (child) => {
    const chunks = { out: '', all: '' };
    child.stdout.on('data', (data) => ((chunks.out += data), (chunks.all += data)));
    child.stderr.on('data', (data) => (chunks.all += data));
    return chunks;
  };
  const step = async (name, work) => {
    const start = performance.now();
    const note = await work();
    say(`  ${name}: ${note} (${seconds(performance.now() - start)})`);
  };
  const fail = (what, text) => {
    throw new Error(`${what}\n${text.slice(-4000)}`);
  };

  await step('npm test', async () => {
    const child = call('test');
    const text = collect(child);
    const { code } = await endOf(child);
    const last = text.out.trim().split('\n').at(-1);
    return code === 0 ? last : fail(`npm test ended with ${code}`, text.all);
  });
  const service = call('start');
  const log = collect(service);
  let over = false;
  const ended = endOf(service).finally(() => (over = true));
  try {
    await step('npm start', async () => {
      let up = false;
      for (let n = 0; n < 600 && !up && !over; n++) {
        up = await answers(port);
        await until(() => over, 200);
      }
      return up ? 'answers' : fail('npm start does not answer', log.all);
    });
    await step('npm run demo', async () => {
      const child = call('run', '-s', 'demo', '--', '--json');
      const text = collect(child);
      const { code } = await endOf(child);
      if (code !== 0) fail(`the demo ended with ${code}`, text.all);
      const whole = text.out.trim();
      try {
        JSON.parse(whole);
      } catch {
        for (const line of whole.split('\n')) JSON.parse(line);
      }
      return 'JSON';
    });
  } finally {
    await step('SIGTERM to npm', async () => {
      service.kill('SIGTERM');
      await ended;
      return (await until(() => left(copy).length === 0, 3_000))
        ? 'all ended'
        : fail('something still runs after 3 s', log.all);
    });
    rmSync(folderOutside(copy), { recursive: true, force: true });
  }
}

/**
 * `npm run test:fresh`: clones the last commit and runs the two commands on every Node at hand, as root and as a normal user, each in a
 * clone of its own in a closed home. Says what is left out. Gives the exit code.
 */
export async function runFresh(args) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'almoner-fresh-')));
  chmodSync(base, 0o755);
  const only = (flag, name) => !args.includes(flag) || name.startsWith(args[args.indexOf(flag) + 1]);
  const lines = [];
  let failed = 0;
  try {
    const nodes = nodesAtHand(base);
    for (const user of usersAtHand()) {
      for (const node of nodes) {
        const name = `Node ${node.name} as ${user.name}`;
        const why =
          node.missing ??
          user.missing ??
          (only('--node', node.name) && only('--user', user.name) ? undefined : 'not asked for');
        if (why) {
          lines.push(`left out  ${name}: ${why}`);
          continue;
        }
        say(name);
        try {
          await tryOut({ node, user, folder: base, npm: npmCommand() });
          lines.push(`ok        ${name}`);
        } catch (error) {
          failed += 1;
          say(error.message);
          lines.push(`FAILED    ${name}: ${error.message.split('\n')[0]}`);
        }
      }
    }
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 10 });
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return failed === 0 ? 0 : 1;
}
