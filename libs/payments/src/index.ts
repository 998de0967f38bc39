import { PayLineRow, payLineList } from './projections/pay-line.js';
import { PayRunRow, payRunList } from './projections/pay-run.js';

export { BankFileDelivery, bankFileOutbox } from './bank-file-delivery.js';
export type { DueMonth } from './domain/pay-lines.js';
export { payRunEventTypes, type PayRunEvent } from './domain/pay-run.events.js';
export { payRunRefusals } from './domain/pay-run.refusals.js';
export { PayLineReader } from './projections/pay-line.js';
export { PaymentsModule } from './payments.module.js';
export { AwardsDue, Payees, type Payee } from './ports.js';

/** Every projection of payments. */
export const paymentsProjections = [payRunList, payLineList];

/** The rows that TypeORM reads. */
export const paymentsEntities = [PayRunRow, PayLineRow];
