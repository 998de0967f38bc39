import { Global, Module } from '@nestjs/common';
import { Pool } from 'pg';
import { Sealing } from '#libs/event-sourcing';
import { Fingerprint, Settings, StartUpError } from '#libs/platform';
import { KeyedIndex, openKeyedIndex } from './keyed-index.js';
import { KeyService, KeyServiceUnavailable } from './key-service.js';
import { LocalKeyService } from './local-key-service.js';
import { PersonalData } from './personal-data.js';
import { SubjectKeys } from './subject-keys.js';

/** The keys of personal data, for every module: what seals and opens them, and the hashes by which they are found. */
@Global()
@Module({
  providers: [
    { provide: KeyService, useFactory: ({ keysDir }: Settings) => new LocalKeyService(keysDir), inject: [Settings] },
    {
      provide: SubjectKeys,
      useFactory: (pool: Pool, keyService: KeyService) => new SubjectKeys(pool, keyService),
      inject: [Pool, KeyService],
    },
    { provide: KeyedIndex, useFactory: openIndexAtStart, inject: [Pool, KeyService] },
    {
      provide: Fingerprint,
      useFactory: (index: KeyedIndex): Fingerprint => ({
        of: (text) => Buffer.from(index.hash('request', text), 'hex'),
      }),
      inject: [KeyedIndex],
    },
    { provide: Sealing, useFactory: (keys: SubjectKeys) => new PersonalData(keys), inject: [SubjectKeys] },
  ],
  exports: [KeyService, SubjectKeys, KeyedIndex, Fingerprint, Sealing],
})
export class PrivacyModule {}

async function openIndexAtStart(pool: Pool, keyService: KeyService): Promise<KeyedIndex> {
  try {
    return await openKeyedIndex(pool, keyService);
  } catch (error) {
    if (error instanceof KeyServiceUnavailable)
      throw new StartUpError(`The keys of personal data cannot be opened: ${error.message}`);
    throw error;
  }
}
