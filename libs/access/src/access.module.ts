import { Module } from '@nestjs/common';
import { Gate, ProblemCatalogue, Settings } from '#libs/platform';
import { ACCESS_TEXTS } from './access-texts.js';
import { AuthGate } from './auth-gate.js';
import { Rights, TokenRights } from './rights.js';
import { createTokenVerifier, TokenVerifier } from './token-verifier.js';

/** Who may enter. Needs `AreaDirectory` from a global module. */
@Module({
  providers: [
    { provide: TokenVerifier, useFactory: createTokenVerifier, inject: [Settings] },
    { provide: Rights, useClass: TokenRights },
    { provide: Gate, useClass: AuthGate },
  ],
  exports: [Gate, Rights],
})
export class AccessModule {
  constructor(catalogue: ProblemCatalogue) {
    catalogue.add(ACCESS_TEXTS);
  }
}
