import { SetMetadata } from '@nestjs/common';
import type { Role } from './roles.js';

export const ALLOWED_ROLES = 'almoner:allowed-roles';

/** Opens a route or controller to these roles; to any signed-in person when none is named. Without it the answer is 403. */
export const Allow = (...roles: Role[]) => SetMetadata(ALLOWED_ROLES, roles);
