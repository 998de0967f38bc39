import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, In, PrimaryColumn } from 'typeorm';
import { projection, readTable, type Rows } from '#libs/event-sourcing';
import type { Account, HouseholdEvent } from '../domain/household.events.js';

/** An account: proposed, present or past. */
@Entity({
  schema: 'read',
  name: 'account',
  comment: 'Accounts, proposed, present and past. A household is paid to the account of its applicant.',
})
export class AccountRow {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'account_pkey' })
  accountId!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('uuid', { name: 'person_id' })
  personId!: string;
  @Column('boolean', { name: 'of_applicant' })
  ofApplicant!: boolean;
  @Column('text')
  bank!: string;
  @Column('text')
  number!: string;
  @Column('text')
  holder!: string;
  @Column('boolean')
  proposed!: boolean;
  @Column('boolean')
  present!: boolean;
  @Column('date', { name: 'confirmed_on', nullable: true })
  confirmedOn!: string | null;
}

interface AccountRows {
  readonly account: Rows<AccountRow>;
}

function add(
  { account: rows }: AccountRows,
  of: { readonly streamId: string; readonly personId: string; readonly applicant: boolean; readonly proposed: boolean },
  account: Account,
): void {
  rows.add({
    accountId: account.accountId,
    householdId: of.streamId.slice('household-'.length),
    personId: of.personId,
    ofApplicant: of.applicant,
    bank: account.bank,
    number: account.number,
    holder: account.holder,
    proposed: of.proposed,
    present: !of.proposed,
    confirmedOn: null,
  });
}

/** Where does money for this person or household go? */
export const accounts = projection<HouseholdEvent, { account: AccountRow }>({
  name: 'account',
  version: 2,
  onPoison: 'halt',
  tables: { account: readTable(AccountRow, { indexes: ['(household_id)', '(person_id)'] }) },
  on: {
    HouseholdRegistered({ streamId, data }, rows) {
      for (const { personId, relation, account } of data.members) {
        if (account) add(rows, { streamId, personId, applicant: relation === 'applicant', proposed: false }, account);
      }
    },
    AccountCorrected: ({ streamId, data: { personId, ofApplicant, account } }, rows) =>
      add(rows, { streamId, personId, applicant: ofApplicant, proposed: true }, account),
    AccountConfirmed({ data: { personId, accountId, decidedOn } }, { account }) {
      account.changeWhere('personId', personId, ({ present }) => (present ? { present: false } : {}));
      account.change(accountId, { present: true, proposed: false, confirmedOn: decidedOn });
    },
  },
});

/** Finds accounts for payment: the ids for a list of lines, and the details for a bank file. */
@Injectable()
export class AccountReader {
  constructor(private readonly database: DataSource) {}

  /** The present account of each person, or of the household's applicant where no person is named. */
  async accounts(
    payees: readonly { readonly householdId: string; readonly personId?: string | undefined }[],
  ): Promise<Map<string, { accountId: string; confirmedOn?: string }>> {
    const households = [...new Set(payees.map(({ householdId }) => householdId))];
    const rows = await this.database
      .getRepository(AccountRow)
      .find({ where: { householdId: In(households), present: true } });
    const entries = rows.flatMap(({ accountId, personId, householdId, ofApplicant, confirmedOn }) => {
      const account = { accountId, ...(confirmedOn !== null && { confirmedOn }) };
      return [[personId, account] as const, ...(ofApplicant ? [[householdId, account] as const] : [])];
    });
    return new Map(entries);
  }

  /** Holder, bank and number, for a bank file only. */
  async details(accountIds: readonly string[]): Promise<Map<string, { holder: string; bank: string; number: string }>> {
    const rows = await this.database
      .getRepository(AccountRow)
      .find({ where: { accountId: In([...new Set(accountIds)]) } });
    return new Map(rows.map(({ accountId, holder, bank, number }) => [accountId, { holder, bank, number }]));
  }
}
