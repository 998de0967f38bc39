type HouseholdDraft = import('#libs/people').HouseholdDraft;

/** Takes one household in; repeated with the same key, it gives the first answer. */
export type RegisterHousehold = (draft: HouseholdDraft, key: string) => Promise<void>;

/** What became of households that were handed over. */
export interface Registered {
  readonly registered: number;
  /** Households that were refused, by the code of the refusal. */
  readonly refused: Readonly<Record<string, number>>;
}

/** How registering goes. */
export interface Registering {
  readonly register: RegisterHousehold;
  /** The code of a refusal; undefined for an error that ends everything. */
  readonly codeOf: (error: unknown) => string | undefined;
  /** At most so many at once. */
  readonly inFlight: number;
  readonly onProgress?: (done: number) => void;
}

/**
 * Registers households, several at once, as they are made up; the key of each is its place in the order. Refusals are counted;
 * any other error ends it once what is under way has ended.
 */
export async function registerAll(
  drafts: Iterable<HouseholdDraft>,
  { register, codeOf, inFlight, onProgress }: Registering,
): Promise<Registered> {
  const refused: Record<string, number> = {};
  let [next, registered, done, failed] = [0, 0, 0, false];
  const source = drafts[Symbol.iterator]();
  const work = async (): Promise<void> => {
    while (!failed) {
      const drawn = source.next();
      if (drawn.done === true) return;
      const key = String(next++);
      try {
        await register(drawn.value, key);
        registered++;
      } catch (error) {
        const code = codeOf(error);
        if (code === undefined) {
          failed = true;
          throw error;
        }
        refused[code] = (refused[code] ?? 0) + 1;
      }
      onProgress?.(++done);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: inFlight }, work));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return { registered, refused };
}
