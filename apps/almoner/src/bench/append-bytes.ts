import { canonicalBytes } from '#libs/event-sourcing';

const eventBytes = 400;

/** Data of the event that all sides write, 400 bytes as canonical JSON. */
export const eventData = { text: 'x'.repeat(eventBytes - canonicalBytes({ text: '' }).byteLength) };
export const eventMetadata = { actor: 'bench', schemaVersion: '1' };
