import { Injectable } from '@nestjs/common';
import { outboxOf, type Deliverer, type OutboxMessage } from '#libs/event-sourcing';
import { Settings } from '#libs/platform';
import { BankFiles } from './bank-files.js';
import { putBankFile } from './bank-folder.js';
import type { PayRunEvent } from './domain/pay-run.events.js';
import { runIdOf } from './pay-run-ids.js';
import { PayRuns } from './pay-runs.js';

const kind = 'bank-file';

/** Every batch that is sent goes out as a file. */
export const bankFileOutbox = outboxOf<PayRunEvent>({
  name: 'bank-files',
  on: {
    BatchSent: ({ streamId, data: { batch } }) => [
      { kind, target: 'folder', payload: { runId: runIdOf(streamId), batch } },
    ],
  },
});

/** Puts bank files into the folder of the settings. Account details are read here and stand nowhere on the way. */
@Injectable()
export class BankFileDelivery implements Deliverer {
  readonly kind = kind;

  constructor(
    private readonly runs: PayRuns,
    private readonly files: BankFiles,
    private readonly settings: Settings,
  ) {}

  /**
   * Gives the SHA-256 of the file. A try after a restore waits here until the read models know the accounts again.
   * @throws Problem 409 while account details are missing · BankFileDiffers where another file has the name
   */
  async deliver({ payload: { runId, batch } }: OutboxMessage): Promise<string> {
    const { name, text } = await this.files.of(await this.runs.load(String(runId)), Number(batch));
    return putBankFile(this.settings.bankFilesDir, name, text);
  }
}
