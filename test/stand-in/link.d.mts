/** A line between a client and a server that can be cut, or fall silent. */
export class Link {
  constructor(targetPort: number, targetHost?: string);
  readonly port: number;
  open(port?: number): Promise<this>;
  /** Nothing passes, new connections hear nothing; it all goes on after `mend`. */
  silence(): void;
  /** What the client says arrives; no answer comes back. */
  loseAnswers(): void;
  /** Open connections fall silent for ever; new ones work. */
  forget(): void;
  /** New connections hear nothing; open ones go on. */
  silenceNew(yes?: boolean): void;
  drop(): void;
  refuse(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}
