import type { EventTexts } from '#libs/platform';
import type { Provenance } from './domain/facts.js';
import type { HouseholdEvent } from './domain/household.events.js';
import type { RegistrationAbandoned } from '#libs/event-sourcing/decider';

type DataOf<Type extends HouseholdEvent['type']> = Extract<HouseholdEvent, { type: Type }>['data'];
type Words = { readonly en: string; readonly zh: string };

/** Says of a correction that it is one. */
export const factWords =
  <Data extends Provenance>(words: (data: Data) => Words) =>
  (data: Data): Words => {
    const { en, zh } = words(data);
    return data.corrects === undefined ? { en, zh } : { en: `Correction: ${en}`, zh: `更正：${zh}` };
  };

/** What a registration came to that was given up before anything followed. */
export const abandonedWords = (_: RegistrationAbandoned['data']): Words => ({
  en: 'A command that had not been carried out in time was given up.',
  zh: '未及时完成的操作已放弃。',
});

/** What each event of a household says, without personal data. */
export const householdTexts = {
  HouseholdRegistered: ({ number, members }: DataOf<'HouseholdRegistered'>) => ({
    en: `Household ${number} registered with ${people(members.length)}.`,
    zh: `登记家庭 ${number}，共 ${members.length} 人。`,
  }),
  MemberJoined: factWords(({ counts }: DataOf<'MemberJoined'>) =>
    counts
      ? { en: 'A person joined and counts.', zh: '一名人员加入家庭，计入家庭成员。' }
      : { en: 'A person joined and does not count.', zh: '一名人员加入家庭，不计入家庭成员。' },
  ),
  MemberStandingChanged: factWords(({ counts }: DataOf<'MemberStandingChanged'>) =>
    counts
      ? { en: 'Place of a member recorded: counts.', zh: '登记一名成员的关系：计入家庭成员。' }
      : { en: 'Place of a member recorded: does not count.', zh: '登记一名成员的关系：不计入家庭成员。' },
  ),
  MemberLeft: factWords((_: DataOf<'MemberLeft'>) => ({
    en: 'A member left the household.',
    zh: '一名成员离开家庭。',
  })),
  HouseholdMoved: factWords(({ area }: DataOf<'HouseholdMoved'>) => ({
    en: `Moved to area ${area}.`,
    zh: `迁至区划 ${area}。`,
  })),
  HouseholdSplit: factWords(({ members }: DataOf<'HouseholdSplit'>) => ({
    en: `Household split: ${people(members.length)} form one of their own.`,
    zh: `分户：${members.length} 名成员另立一户。`,
  })),
  HouseholdMerged: factWords(({ members }: DataOf<'HouseholdMerged'>) => ({
    en: `Household merged into another with ${people(members.length)}.`,
    zh: `并户：${members.length} 名成员并入另一家庭。`,
  })),
  HouseholdEnded: factWords((_: DataOf<'HouseholdEnded'>) => ({
    en: 'Nobody belongs to the household any more.',
    zh: '家庭已无成员，终止。',
  })),
  SingleFilingRecorded: factWords(({ ground }: DataOf<'SingleFilingRecorded'>) =>
    ground === null
      ? { en: 'Nobody files alone any more.', zh: '终止单人户申请。' }
      : { en: 'One member files alone.', zh: '登记一名成员以单人户申请。' },
  ),
  IncomeDeclared: factWords((_: DataOf<'IncomeDeclared'>) => ({ en: 'Income recorded.', zh: '登记家庭收入。' })),
  AssetsDeclared: factWords((_: DataOf<'AssetsDeclared'>) => ({ en: 'Assets recorded.', zh: '登记家庭财产。' })),
  SpendingDeclared: factWords((_: DataOf<'SpendingDeclared'>) => ({
    en: 'Essential spending recorded.',
    zh: '登记家庭刚性支出。',
  })),
  LiableRelativeRecorded: factWords((_: DataOf<'LiableRelativeRecorded'>) => ({
    en: 'A relative with a duty of support recorded.',
    zh: '登记一名赡养、抚养、扶养义务人。',
  })),
  HouseholdFactWithdrawn: (_: DataOf<'HouseholdFactWithdrawn'>) => ({
    en: 'A fact recorded by mistake withdrawn.',
    zh: '撤销一项误登的情况。',
  }),
  RegistrationAbandoned: abandonedWords,
} satisfies EventTexts<HouseholdEvent['type'] | 'RegistrationAbandoned'>;

const people = (count: number): string => (count === 1 ? '1 member' : `${count} members`);
