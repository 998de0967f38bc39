import { Injectable } from '@nestjs/common';
import { Problem } from '#libs/platform';
import { AreaDirectory } from './area-directory.js';
import { isRole, type Role } from './roles.js';

/** What a checked token says of its bearer. */
export interface Identity {
  readonly subject: string;
  readonly role: unknown;
  readonly area: unknown;
}

/** Port: as what, and where, a person may act. */
export abstract class Rights {
  /** @throws Problem 403 when the person has no usable role or area */
  abstract of(identity: Identity): { readonly role: Role; readonly area: string };
}

/** Rights as the token names them. */
@Injectable()
export class TokenRights extends Rights {
  constructor(private readonly areas: AreaDirectory) {
    super();
  }

  override of({ role, area }: Identity): { role: Role; area: string } {
    if (!isRole(role)) throw new Problem(403, 'ROLE_UNKNOWN');
    if (typeof area !== 'string' || !this.areas.has(area)) throw new Problem(403, 'AREA_UNKNOWN');
    return { role, area };
  }
}
