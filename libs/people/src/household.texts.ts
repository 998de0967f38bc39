import type { EventTexts } from '#libs/platform';
import type { HouseholdEvent } from './domain/household.events.js';

type DataOf<Type extends HouseholdEvent['type']> = Extract<HouseholdEvent, { type: Type }>['data'];

/** What each event of a household says, without personal data. */
export const householdTexts = {
  HouseholdRegistered: ({ number, members }: DataOf<'HouseholdRegistered'>) => ({
    en: `Household ${number} registered with ${members.length} members.`,
    zh: `登记家庭 ${number}，共 ${members.length} 人。`,
  }),
  IncomeDeclared: ({ parts }: DataOf<'IncomeDeclared'>) => ({
    en: `Income declared in ${parts.length} parts.`,
    zh: `申报家庭收入 ${parts.length} 项。`,
  }),
  CareNeedRecorded: (_: DataOf<'CareNeedRecorded'>) => ({
    en: 'Need of long-term care recorded for a member.',
    zh: '登记一名成员的长期照护需求。',
  }),
  AccountCorrected: (_: DataOf<'AccountCorrected'>) => ({
    en: 'Account of a member corrected; waits for a second person.',
    zh: '更正一名成员的账户，待第二人确认。',
  }),
  AccountConfirmed: (_: DataOf<'AccountConfirmed'>) => ({
    en: 'Corrected account confirmed by a second person.',
    zh: '第二人已确认账户变更。',
  }),
} satisfies EventTexts<HouseholdEvent['type']>;
