import { EsdbEventStore, WakeUp } from '#libs/event-sourcing';
import { eventStoreContract } from './contracts/event-store.contract.js';
import { StandIn } from './stand-in/cluster.mjs';

eventStoreContract(
  'EventStoreDB, a stand-in',
  async () => {
    const standIn = await StandIn.start();
    const [link] = standIn.links;
    if (link === undefined) throw new Error('the stand-in has no node');
    const store = await EsdbEventStore.open(standIn.url, {
      now: () => new Date().toISOString(),
      wakeUp: new WakeUp(),
      tryMs: 500,
    });
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
