export { AccessModule } from './access.module.js';
export { Allow } from './allow.decorator.js';
export { AreaDirectory, areaVisible } from './area-directory.js';
export { AuthGate } from './auth-gate.js';
export { DEFAULT_AREA, DevelopmentIssuer, type TokenWish } from './development-issuer.js';
export { Rights, type Identity } from './rights.js';
export { isRole, ROLES, type Role } from './roles.js';
export { Public } from '#libs/platform';
