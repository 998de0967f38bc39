import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { projection, readTable, valueOr } from '#libs/event-sourcing';
import type { PersonEvent } from '../domain/person.events.js';
import { Persons } from '../persons.js';
import { HouseholdListReader } from './household-list.js';

/** An account by its id. What it is stands in the person's stream alone, under their key. */
@Entity({
  schema: 'read',
  name: 'account',
  comment: 'Whose accounts there are, one row each, without their numbers. A household is paid to its applicant’s.',
})
export class AccountRow {
  @PrimaryColumn('uuid', { name: 'account_id', primaryKeyConstraintName: 'account_pkey' })
  accountId!: string;
  @Column('uuid', { name: 'fact_id' })
  factId!: string;
  @Column('uuid', { name: 'person_id' })
  personId!: string;
  /** Waits for a second person. */
  @Column('boolean')
  proposed!: boolean;
  @Column('date', { name: 'happened_on' })
  happenedOn!: string;
  @Column('bigint')
  seq!: string;
  /** Null for one that was given with the registration. */
  @Column('date', { name: 'confirmed_on', nullable: true })
  confirmedOn!: string | null;
}

/** A file that goes on in another one. */
@Entity({ schema: 'read', name: 'merged_person', comment: 'Files that were found to be of a person who has another.' })
export class MergedPersonRow {
  @PrimaryColumn('uuid', { name: 'person_id', primaryKeyConstraintName: 'merged_person_pkey' })
  personId!: string;
  @Column('uuid')
  into!: string;
}

/** Which accounts may money go to, and whose are they? */
export const accounts = projection<PersonEvent, { account: AccountRow; merged: MergedPersonRow }>({
  name: 'account',
  version: 4,
  onPoison: 'halt',
  tables: {
    account: readTable(AccountRow, { indexes: ['(person_id)'], foldIndexes: ['(fact_id)'] }),
    merged: readTable(MergedPersonRow, { indexes: ['("into")'] }),
  },
  on: {
    AccountRecorded({ streamId, position, data }, { account }) {
      const { accountId, factId, happenedOn, corrects } = data;
      if (corrects !== undefined) account.changeWhere('factId', corrects, { proposed: true });
      const personId = streamId.slice('person-'.length);
      account.add({ accountId, factId, personId, proposed: false, happenedOn, seq: position, confirmedOn: null });
    },
    AccountCorrected({ streamId, position, data: { accountId, factId, happenedOn } }, { account }) {
      const personId = streamId.slice('person-'.length);
      account.add({ accountId, factId, personId, proposed: true, happenedOn, seq: position, confirmedOn: null });
    },
    AccountConfirmed: ({ position, data: { accountId, decidedOn } }, { account }) =>
      account.change(accountId, { proposed: false, happenedOn: decidedOn, seq: position, confirmedOn: decidedOn }),
    AccountRejected: ({ data: { accountId } }, { account }) => account.remove(accountId),
    PersonMerged({ streamId, data: { into } }, { merged }) {
      const personId = streamId.slice('person-'.length);
      merged.find(personId, (row) => (row ? merged.change(personId, { into }) : merged.add({ personId, into })));
    },
    PersonMergeUndone({ streamId }, { merged }) {
      const personId = streamId.slice('person-'.length);
      merged.find(personId, (row) => row && merged.remove(personId));
    },
    FactWithdrawn: ({ data: { factId } }, { account }) => account.changeWhere('factId', factId, { proposed: true }),
  },
});

/** Finds accounts for payment: the ids for a list of lines, and the details for a bank file. */
@Injectable()
export class AccountReader {
  constructor(
    private readonly pool: Pool,
    private readonly households: HouseholdListReader,
    private readonly persons: Persons,
  ) {}

  /**
   * The present account of each person, or of the household's applicant where no person is named. Of a file that was merged, it is
   * that of the file that goes on.
   */
  async accounts(
    payees: readonly { readonly householdId: string; readonly personId?: string | undefined }[],
  ): Promise<Map<string, { accountId: string; confirmedOn?: string }>> {
    const applicants = await this.households.applicantsOf(
      payees.flatMap(({ householdId, personId }) => (personId === undefined ? [householdId] : [])),
    );
    const personOf = new Map<string, string>();
    for (const { householdId, personId } of payees) {
      const payee = personId ?? applicants.get(householdId);
      if (payee !== undefined) personOf.set(personId ?? householdId, payee);
    }
    const { rows } = await this.pool.query<{ person: string; accountId: string; confirmedOn: string | null }>(
      `with recursive file (person, goes_on) as (
         select person, person from unnest($1::uuid[]) p (person)
         union select f.person, m."into" from file f join read.merged_person m on m.person_id = f.goes_on)
       select distinct on (f.person) f.person, a.account_id "accountId", a.confirmed_on::text "confirmedOn"
         from file f join read.account a on a.person_id = f.goes_on
         where not a.proposed and not exists (select from read.merged_person m where m.person_id = f.goes_on)
         order by f.person, a.happened_on desc, a.seq desc`,
      [[...new Set(personOf.values())]],
    );
    const present = new Map(
      rows.map(({ person, accountId, confirmedOn }) => [
        person,
        { accountId, ...(confirmedOn !== null && { confirmedOn }) },
      ]),
    );
    return new Map(
      [...personOf].flatMap(([payee, person]) => {
        const account = present.get(person);
        return account ? [[payee, account] as const] : [];
      }),
    );
  }

  /**
   * Holder, bank and number, for a bank file only, as they were recorded under the id: what was sent to a bank can be shown again
   * after another account took its place. An account whose keys are gone is not there. `personId` is whose file it stands in, for
   * the read log.
   */
  async details(
    accountIds: readonly string[],
  ): Promise<Map<string, { personId: string; holder: string; bank: string; number: string }>> {
    const wanted = new Set(accountIds);
    const { rows } = await this.pool.query<{ person: string }>(
      'select distinct person_id person from read.account where account_id = any($1::uuid[])',
      [[...wanted]],
    );
    const found = await this.persons.many(rows.map(({ person }) => person));
    return new Map(
      [...found.values()].flatMap(({ id: personId, events }) =>
        events.flatMap(({ data }) => {
          if (!('accountId' in data && 'account' in data) || !wanted.has(data.accountId)) return [];
          const account = valueOr(data.account, undefined);
          return account ? [[data.accountId, { personId, ...account }] as const] : [];
        }),
      ),
    );
  }
}
