import { isStorableText } from './formats.js';
import type { FieldError } from './problem.js';
import { escapePointer } from './validation-plan.js';

const MAX_DEPTH = 32;

/** The first text, name or depth in plain data that must not be kept. */
export function findUnstorable(value: unknown, pointer = '', depth = 0): FieldError | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : { pointer, code: 'isStorableText' };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAX_DEPTH) return { pointer, code: 'maxDepth' };
  for (const [name, part] of Object.entries(value)) {
    if (!isStorableText(name)) return { pointer, code: 'isStorableText' };
    if (typeof part === 'string' ? isStorableText(part) : typeof part !== 'object') continue; // most parts: no pointer
    const found = findUnstorable(part, `${pointer}/${escapePointer(name)}`, depth + 1);
    if (found) return found;
  }
  return undefined;
}
