/** What `esdb://user:password@…` names; empty texts where it names nobody, as on a channel without TLS. */
export function credentialsOf(url: string): { readonly username: string; readonly password: string } {
  const [, username = '', password = ''] = /^[^:]+:\/\/(?:([^:@/]+):([^@/]+)@)?/.exec(url) ?? [];
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** The client takes it for slow below this, and says so. */
const slowestKeepAliveMs = 10_000;

/**
 * The connection string of the n-th client: through discovery to the leader, which gives up in seconds, not in minutes.
 * gRPC shares connections between channels of the same settings; the keep-alive that differs by a millisecond gives each
 * client one of its own, so that a fresh client never sticks where the old one did.
 */
export function connectionStringOf(url: string, n: number): string {
  const [address = '', query = ''] = url.trim().split('?');
  const options = new Map(
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [key = '', value = ''] = pair.split('=');
        return [key.toLowerCase().replaceAll(/[_-]/g, ''), [key, value]] as const;
      }),
  );
  const standard = (key: string, value: string | number) => {
    if (!options.has(key.toLowerCase())) options.set(key.toLowerCase(), [key, String(value)]);
  };
  if (address.startsWith('esdb+discover:') || address.includes(',')) {
    standard('nodePreference', 'leader');
    standard('gossipTimeout', 1);
    standard('maxDiscoverAttempts', 3);
  }
  const keepAlive = Number(options.get('keepaliveinterval')?.[1] ?? slowestKeepAliveMs);
  options.set('keepaliveinterval', ['keepAliveInterval', String(keepAlive + (n % slowestKeepAliveMs))]);
  // The client would answer a refused append with a wrong revision instead of an error.
  options.delete('throwonappendfailure');
  return `${address.replace(/\/+$/, '')}?${[...options.values()].map(([key, value]) => `${key}=${value}`).join('&')}`;
}
