export type { Pack } from './pack.js';
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
  IncomePart,
  MemberFacts,
  Procedure,
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
