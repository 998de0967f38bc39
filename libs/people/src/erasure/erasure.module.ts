import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EventCodec, EventStore } from '#libs/event-sourcing';
import { ProblemCatalogue } from '#libs/platform';
import { Claims } from '../claims/claims.js';
import { SubjectKeys } from '../privacy/subject-keys.js';
import { ErasureCommandHandler } from './erasure-command.handler.js';
import { ErasureReader } from './erasure-list.js';
import { ErasureProcess } from './erasure-process.js';
import { erasureRefusals } from './erasure.refusals.js';
import { erasureWords } from './erasure.words.js';
import { Erasures } from './erasures.js';
import { ErasuresController } from './http/erasures.controller.js';
import { KeyForgetter } from './key-forgetter.js';
import { FileHolds } from './legal-holds.js';
import { SubjectFiles } from './subject-file.js';

/**
 * Erasure of persons and households. Needs `SubjectKeys` and `KeyedIndex` from a global module; the app binds the ports
 * `LegalHolds` and `Companions`, for every module.
 */
@Module({
  imports: [CqrsModule],
  controllers: [ErasuresController],
  providers: [
    ErasureCommandHandler,
    ErasureProcess,
    ErasureReader,
    Erasures,
    SubjectFiles,
    FileHolds,
    {
      provide: Claims,
      useFactory: (events: EventStore, codec: EventCodec) => new Claims(events, codec),
      inject: [EventStore, EventCodec],
    },
    {
      provide: KeyForgetter,
      useFactory: (events: EventStore, codec: EventCodec, keys: SubjectKeys) => new KeyForgetter(events, codec, keys),
      inject: [EventStore, EventCodec, SubjectKeys],
    },
  ],
  exports: [ErasureProcess, ErasureReader, SubjectFiles, FileHolds],
})
export class ErasureModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly forgetter: KeyForgetter,
    problems: ProblemCatalogue,
  ) {
    problems.add(erasureRefusals).addWords(erasureWords);
  }

  onApplicationBootstrap(): void {
    this.forgetter.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.forgetter.stop();
  }
}
