/**
 * Port: streams that hold personal data about one subject alone, under keys of their own, and end with it: the keys of a
 * subject's cases are destroyed with the subject's.
 */
export abstract class Companions {
  /** Stream ids. @throws Unavailable where they cannot all be known now */
  abstract of(subject: string): Promise<readonly string[]>;
}
