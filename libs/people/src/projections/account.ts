import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, In, PrimaryColumn } from 'typeorm';
import { projection, type Queryable } from '#libs/event-sourcing';
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

async function insert(
  db: Queryable,
  householdId: string,
  personId: string,
  account: Account,
  of: { applicant: boolean; proposed: boolean },
): Promise<void> {
  await db.query(
    `insert into account (account_id, household_id, person_id, of_applicant, bank, number, holder, proposed, present)
      values ($1, $2, $3, $4, $5, $6, $7, $8, not $8)`,
    [account.accountId, householdId, personId, of.applicant, account.bank, account.number, account.holder, of.proposed],
  );
}

/** Where does money for this person or household go? */
export const accounts = projection<HouseholdEvent>('account', 1, ['account'], {
  async HouseholdRegistered(db, { streamId, data }) {
    for (const { personId, relation, account } of data.members) {
      if (account) {
        const applicant = relation === 'applicant';
        await insert(db, streamId.slice('household-'.length), personId, account, { applicant, proposed: false });
      }
    }
  },
  async AccountCorrected(db, { streamId, data }) {
    await insert(db, streamId.slice('household-'.length), data.personId, data.account, {
      applicant: data.ofApplicant,
      proposed: true,
    });
  },
  async AccountConfirmed(db, { data }) {
    await db.query('update account set present = false where person_id = $1 and present', [data.personId]);
    await db.query('update account set present = true, proposed = false, confirmed_on = $2 where account_id = $1', [
      data.accountId,
      data.decidedOn,
    ]);
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
