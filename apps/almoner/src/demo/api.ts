/** What the demonstration reads of the service's answers; amounts in fen. */
export interface HouseholdView {
  readonly id: string;
  readonly number: string;
  readonly members: readonly {
    readonly personId: string;
  }[];
}

export interface PersonView {
  readonly proposedAccount?: { readonly accountId: string };
}

export interface CaseView {
  readonly id: string;
  readonly number: string;
  readonly scheme: string;
  readonly status: string;
  readonly personId?: string;
  readonly notice?: { readonly endsOn: string };
  readonly award?: {
    readonly monthlyAmount: number;
    readonly fromMonth: string;
    readonly terms: readonly { readonly fromMonth: string; readonly monthlyAmount: number }[];
  };
  readonly recheckDueOn?: string;
}

export interface AwardItem {
  readonly caseId: string;
  readonly fromMonth: string;
}

export interface PayRunView {
  readonly id: string;
  readonly scheme: string;
  readonly month: string;
  readonly kind: string;
  readonly status: string;
  readonly lineCount: number;
  readonly controlSum: number;
}

export interface PayLine {
  readonly id: string;
  readonly runId: string;
  readonly caseId: string;
  readonly householdId: string;
  readonly personId?: string;
  readonly kind: 'regular' | 'arrears' | 'offset' | 're-issue';
  readonly month: string;
  readonly amount: number;
  readonly state: 'credited' | 'rejected' | 'returned' | 'pending';
  readonly replaces?: string;
  readonly batch?: number;
}
