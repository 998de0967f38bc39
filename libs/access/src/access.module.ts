import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ProblemCatalogue, Settings } from '#libs/platform';
import { ACCESS_TEXTS } from './access-texts.js';
import { AuthGuard } from './auth.guard.js';
import { Rights, TokenRights } from './rights.js';
import { createTokenVerifier, TokenVerifier } from './token-verifier.js';

/** Who may enter. Needs `AreaDirectory` from a global module. */
@Module({
  providers: [
    { provide: TokenVerifier, useFactory: createTokenVerifier, inject: [Settings] },
    { provide: Rights, useClass: TokenRights },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [Rights],
})
export class AccessModule {
  constructor(catalogue: ProblemCatalogue) {
    catalogue.add(ACCESS_TEXTS);
  }
}
