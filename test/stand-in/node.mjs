import { Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Refused } from './log.mjs';

const { ReadReq, ReadResp, AppendResp } = streams;
const checkpointEvery = 32n;

/** One node: speaks the gRPC protocol of EventStoreDB over a log that it shares with the others. */
export class Node {
  #server;
  #subscriptions = new Set();
  port = 0;
  /** What happens to the next appends, in turn; when empty, all is well. See `Fault` in index.d.mts. */
  faults = [];
  /** What was called, to be asked by tests. */
  calls = { append: 0, batchAppend: 0, read: 0, subscribe: 0 };
  /** The metadata of the last append. */
  lastAppend = new Map();

  constructor(cluster, index) {
    this.cluster = cluster;
    this.index = index;
  }

  get log() {
    return this.cluster.log;
  }

  async start(port = 0) {
    const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
    server.addService(streamsGrpc.StreamsService, {
      read: (call) => this.#read(call),
      append: (call, done) => this.#append(call, done),
      delete: (call, done) => this.#delete(call, done, streams.DeleteResp, (name) => this.log.softDelete(name)),
      tombstone: (call, done) => this.#delete(call, done, streams.TombstoneResp, (name) => this.log.tombstone(name)),
      batchAppend: (call) => {
        this.calls.batchAppend += 1;
        call.destroy(Object.assign(new Error('the stand-in appends one by one'), { code: 12 }));
      },
    });
    server.addService(gossipGrpc.GossipService, { read: (_, done) => done(null, this.#members()) });
    server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (_, done) => done(null, supported()),
    });
    this.port = await new Promise((bound, failed) =>
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
        error ? failed(error) : bound(at),
      ),
    );
    this.#server = server;
  }

  /** As SIGKILL: connections break, what was in flight has no answer. */
  kill() {
    for (const end of this.#subscriptions) end();
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  /** The server drops every subscription: "Consumer too slow". */
  dropSubscriptions(
    code = 10,
    message = 'Consumer too slow to handle event while live. Client resubscription required.',
  ) {
    for (const end of [...this.#subscriptions]) end({ code, message });
  }

  /** Subscriptions go on to exist and say nothing any more. */
  muteSubscriptions() {
    for (const end of [...this.#subscriptions]) end('mute');
  }

  #append(call, done) {
    let options;
    const events = [];
    call.on('data', (request) => {
      if (request.hasOptions()) options = request.getOptions();
      else if (request.hasProposedMessage()) events.push(proposed(request.getProposedMessage()));
    });
    call.on('error', () => undefined);
    call.on('end', async () => {
      // A client that has given up also ends its events, and they are not the whole.
      await new Promise(setImmediate);
      if (call.cancelled) return;
      this.calls.append += 1;
      this.lastAppend = call.metadata;
      const answer = (error, response) => (error ? done(statusOf(error)) : done(null, response));
      try {
        this.#mustLead(call.metadata);
        const fault = this.faults.shift();
        if (fault?.instead) return answer(new Refused(fault.instead));
        const name = nameOf(options);
        const stored = this.log.append(name, expectedOf(options), events);
        if (fault?.after)
          return fault.after === 'silence'
            ? undefined
            : fault.after === 'die'
              ? void this.cluster.kill(this.index)
              : answer(new Refused(fault.after));
        answer(null, 'conflict' in stored ? conflictOf(options, stored.conflict) : successOf(stored));
      } catch (error) {
        answer(error);
      }
    });
  }

  #delete(call, done, Response, remove) {
    try {
      remove(nameOf(call.request.getOptions()));
      const response = new Response();
      response.setNoPosition(new shared.Empty());
      done(null, response);
    } catch (error) {
      done(statusOf(error));
    }
  }

  async #read(call) {
    const options = call.request.getOptions();
    call.on('error', () => undefined);
    try {
      if (options.hasSubscription()) return await this.#subscribe(call, options);
      this.calls.read += 1;
      this.#mustLead(call.metadata);
      const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
      const count = Number(options.getCount());
      const events = options.hasStream()
        ? this.log.readStream(nameOf(options.getStream()), {
            from: options.getStream().hasRevision() ? BigInt(options.getStream().getRevision()) : undefined,
            count,
            backwards,
          })
        : this.log.readAll({ from: positionIn(options.getAll()), count, backwards });
      if (events === undefined) {
        const response = new ReadResp();
        const missing = new ReadResp.StreamNotFound();
        missing.setStreamIdentifier(options.getStream().getStreamIdentifier());
        response.setStreamNotFound(missing);
        call.write(response);
      }
      for (const event of events ?? []) if (!call.write(responseOf(event))) await drained(call);
      call.end();
    } catch (error) {
      call.emit('error', statusOf(error));
    }
  }

  /** Exclusive of its position; says that it is confirmed, then what is there, then that it has caught up, then what comes. */
  async #subscribe(call, options) {
    this.calls.subscribe += 1;
    this.#mustLead(call.metadata);
    const { log } = this;
    const all = options.getAll();
    let next = all.hasEnd() ? log.records.length : log.after(positionIn(all));
    const wanted = filterOf(options);
    const confirmation = new ReadResp();
    confirmation.setConfirmation(
      new ReadResp.SubscriptionConfirmation().setSubscriptionId(`subscription-${this.calls.subscribe}`),
    );
    call.write(confirmation);
    let [ended, muted, wake] = [false, false, () => {}];
    let full = false;
    const listener = () => wake();
    call.on('drain', () => {
      full = false;
      wake();
    });
    const end = (how) => {
      if (how === 'mute') return void (muted = true);
      ended = true;
      log.listeners.delete(listener);
      this.#subscriptions.delete(end);
      if (how) call.emit('error', statusOf(new Refused(how)));
      wake();
    };
    this.#subscriptions.add(end);
    log.listeners.add(listener);
    call.on('cancelled', () => end());
    call.on('close', () => end());
    let told = false;
    let [passed, sinceCheckpoint] = [undefined, 0n];
    while (!ended) {
      while (next < log.records.length && !ended && !muted) {
        const event = log.records[next++];
        passed = event.position;
        sinceCheckpoint += 1n;
        if (wanted(event)) full = !call.write(responseOf(event));
        while (full && !ended) await new Promise((heard) => (wake = heard));
        if (options.hasFilter() && sinceCheckpoint >= checkpointEvery) {
          call.write(checkpointAt(passed));
          sinceCheckpoint = 0n;
        }
      }
      if (!told && !muted) {
        told = true;
        call.write(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));
      }
      if (next >= log.records.length || muted) await new Promise((heard) => (wake = heard));
    }
  }

  #mustLead(metadata) {
    const leader = this.cluster.leader;
    if (leader === this.index) return;
    if (metadata.get('requires-leader')[0] !== 'true') return;
    if (leader === undefined) throw new Refused({ code: 14, message: 'Server Is Not Ready' });
    throw new Refused({
      code: 5,
      message: 'Leader info available',
      exception: 'not-leader',
      metadata: { 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': String(this.cluster.portOf(leader)) },
    });
  }

  #members() {
    const info = new gossip.ClusterInfo();
    const { VNodeState } = gossip.MemberInfo;
    info.setMembersList(
      this.cluster.nodes.map((_, index) => {
        const member = new gossip.MemberInfo();
        member.setInstanceId(new shared.UUID().setString(`00000000-0000-4000-8000-00000000000${index}`));
        member.setState(this.cluster.leader === index ? VNodeState.LEADER : VNodeState.FOLLOWER);
        member.setIsAlive(this.cluster.isAlive(index));
        const endPoint = new gossip.EndPoint();
        endPoint.setAddress('127.0.0.1');
        endPoint.setPort(this.cluster.portOf(index));
        member.setHttpEndPoint(endPoint);
        return member;
      }),
    );
    return info;
  }
}

const nameOf = (options) => Buffer.from(options.getStreamIdentifier().getStreamName_asU8()).toString('utf8');

const expectedOf = (options) =>
  options.hasNoStream()
    ? 'no_stream'
    : options.hasStreamExists()
      ? 'stream_exists'
      : options.hasAny()
        ? 'any'
        : BigInt(options.getRevision());

const positionIn = (all) => (all.hasPosition() ? BigInt(all.getPosition().getCommitPosition()) : undefined);

function proposed(message) {
  const map = message.getMetadataMap();
  return {
    id: message.getId().getString(),
    type: map.get('type'),
    contentType: map.get('content-type'),
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function successOf({ revision, position }) {
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new shared.Empty());
  else {
    const at = new AppendResp.Position();
    at.setCommitPosition(String(position));
    at.setPreparePosition(String(position));
    success.setPosition(at);
  }
  const response = new AppendResp();
  response.setSuccess(success);
  return response;
}

function conflictOf(options, current) {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current === 'no_stream') wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(current));
  if (options.hasRevision()) wrong.setExpectedRevision(options.getRevision());
  else if (options.hasNoStream()) wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedStreamExists(new shared.Empty());
  const response = new AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
}

function responseOf(event) {
  const record = new ReadResp.ReadEvent.RecordedEvent();
  record.setId(new shared.UUID().setString(event.id));
  record.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(event.stream, 'utf8')));
  record.setStreamRevision(String(event.revision));
  record.setCommitPosition(String(event.position));
  record.setPreparePosition(String(event.position));
  record.setData(event.data);
  record.setCustomMetadata(event.metadata);
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', event.contentType);
  record.getMetadataMap().set('created', String(event.created));
  const read = new ReadResp.ReadEvent();
  read.setEvent(record);
  read.setCommitPosition(String(event.position));
  const response = new ReadResp();
  response.setEvent(read);
  return response;
}

function checkpointAt(position) {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const response = new ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
}

function filterOf(options) {
  if (!options.hasFilter()) return () => true;
  const filter = options.getFilter();
  const expression = filter.hasEventType() ? filter.getEventType() : filter.getStreamIdentifier();
  const pattern = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex());
  const prefixes = expression.getPrefixList();
  return (event) => {
    const text = filter.hasEventType() ? event.type : event.stream;
    return pattern ? pattern.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  };
}

function supported() {
  const methods = new features.SupportedMethods();
  methods.setEventStoreServerVersion('23.10.7');
  methods.setMethodsList(
    ['append', 'batchappend', 'read', 'delete', 'tombstone'].map((name) => {
      const method = new features.SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      return method;
    }),
  );
  return methods;
}

const drained = (call) => new Promise((done) => call.once('drain', done));

/** An error as gRPC carries it. */
function statusOf(error) {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(error.metadata ?? {})) metadata.set(key, value);
  return { code: error.code ?? 13, details: error.message, message: error.message, metadata };
}
