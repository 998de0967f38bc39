export { Fraction } from './fraction.js';
export { formatAmount, roundTo, type Rounding, type RoundingMode } from './rounding.js';
