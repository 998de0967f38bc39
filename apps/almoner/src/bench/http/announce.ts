/** A server under test, as its process tells. */
export interface Announced {
  readonly port: number;
  readonly token: string;
}

/** Tells where this process listens, then, whenever it is asked, how much processor time it has used; ends with who started it. */
export function announce(server: Announced): void {
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.once('disconnect', () => process.exit());
  process.send?.(server);
}
