export { monthlyInstalment } from './instalments.js';
export type { Pack, Procedure } from './pack.js';
export {
  findPack,
  findScheme,
  findScheme as schemeOf,
  getScheme,
  packFor,
  packs,
  schemeIds,
  schemes,
  type Scheme,
  type SchemeId,
} from './registry.js';
export type {
  Assessment,
  Citation,
  Disability,
  Fund,
  GroundName,
  GroundPlace,
  IncomePart,
  MemberFacts,
  Residence,
  SchemeFacts,
  TraceLine,
  Words,
} from './scheme.js';
export {
  dibaoAmount,
  monthlyIncome,
  type Comparison,
  type DibaoAmount,
  type DibaoFigures,
  type DibaoParameters,
} from './schemes/dibao.js';
