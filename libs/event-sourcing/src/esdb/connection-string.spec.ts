import { describe, expect, it } from '@jest/globals';
import { connectionStringOf, credentialsOf } from './connection-string.js';

describe('the connection string of a client', () => {
  it('leads a cluster to its leader, and lets discovery fail in seconds', () => {
    for (const url of ['esdb://one,two:2114,three', 'esdb+discover://cluster.example'])
      expect(connectionStringOf(url, 1)).toBe(
        `${url}?nodePreference=leader&gossipTimeout=1&maxDiscoverAttempts=3&keepAliveInterval=10001`,
      );
  });

  it('keeps what was said, and asks one host as it is', () => {
    expect(connectionStringOf('esdb://one,two?nodepreference=follower&gossip_timeout=5&maxDiscoverAttempts=9', 1)).toBe(
      'esdb://one,two?nodepreference=follower&gossip_timeout=5&maxDiscoverAttempts=9&keepAliveInterval=10001',
    );
    expect(connectionStringOf('esdb://u:p@one:2113/?tls=false', 7)).toBe(
      'esdb://u:p@one:2113?tls=false&keepAliveInterval=10007',
    );
  });

  it('gives each client settings of its own, and never lets a refused append look like an answer', () => {
    expect(connectionStringOf('esdb://one?keepAliveInterval=20000&throwOnAppendFailure=false', 3)).toBe(
      'esdb://one?keepAliveInterval=20003',
    );
  });

  it('names the user, also one with odd letters, or nobody', () => {
    expect(credentialsOf('esdb://a%3Ab:p%40ss@one,two?tls=true')).toEqual({ username: 'a:b', password: 'p@ss' });
    expect(credentialsOf('esdb://one:2113?tls=false')).toEqual({ username: '', password: '' });
  });
});
