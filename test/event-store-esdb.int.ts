import { EsdbEventStore, WakeUp } from '#libs/event-sourcing';
import { eventStoreContract } from './contracts/event-store.contract.js';
import { StandIn } from './stand-in/cluster.mjs';
import { Link } from './stand-in/link.mjs';

const now = () => new Date().toISOString();

eventStoreContract(
  'EventStoreDB, a stand-in',
  async () => {
    const standIn = await StandIn.start();
    const [link] = standIn.links;
    if (link === undefined) throw new Error('the stand-in has no node');
    const store = await EsdbEventStore.open(standIn.url, { now, wakeUp: new WakeUp(), tryMs: 500 });
    return {
      store,
      link,
      fail: async () => {
        await standIn.kill();
        return () => standIn.revive();
      },
      close: async () => {
        await store.close();
        await standIn.stop();
      },
    };
  },
  { link: true, fail: true },
);

const realServer = process.env['EVENTSTORE_TEST_URL']?.trim();
if (realServer) {
  // Where one host is asked without TLS, its line can be made to fail: by a link of ours before it.
  const [, user = '', host = '', port = '2113'] =
    /^esdb:\/\/([^@/]*@)?([^:@/?,]+)(?::(\d+))?\/?\?.*tls=false/.exec(realServer) ?? [];
  const conditions = { used: true, link: host !== '', fail: host !== '' };
  eventStoreContract(
    'EventStoreDB, a real server',
    async () => {
      const options = { now, wakeUp: new WakeUp() };
      if (host === '') {
        const store = await EsdbEventStore.open(realServer, options);
        return { store, close: () => store.close() };
      }
      const link = await new Link(Number(port), host).open();
      const url = `esdb://${user}127.0.0.1:${link.port}?tls=false`;
      const store = await EsdbEventStore.open(url, { ...options, tryMs: 1_000 });
      return {
        store,
        link,
        fail: async () => {
          await link.refuse();
          return () => link.mend();
        },
        close: async () => {
          await store.close();
          await link.close();
        },
      };
    },
    conditions,
  );
}
