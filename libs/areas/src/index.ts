export type { Area, AreaLevel } from './area.js';
export { AreaTree } from './area-tree.js';
export { AreasModule } from './areas.module.js';
export { areaMigrations } from './area.migration.js';
export { KnownCut } from './known-cut.js';
