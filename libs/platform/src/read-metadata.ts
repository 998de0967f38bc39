export const READS = 'almoner:reads';
export const KNOWN_AT_ROUTE = 'almoner:known-at';
