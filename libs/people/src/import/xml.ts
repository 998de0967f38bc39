import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { FileRefused } from './problems.js';

/** What is done with the parts of an XML file as they come; names are without prefixes. */
export interface XmlListener {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** A text without a tag within is no longer than this. */
const LONGEST_TEXT = 1_048_576;

/**
 * Reads XML in pieces. Entities of the file's own are not known, so that none can grow beyond measure.
 * @yields after each piece, so that what it brought can be taken
 * @throws FileRefused
 */
export async function* readXml(bytes: AsyncIterable<Buffer>, listener: XmlListener): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let sinceTag = 0;
  parser.on('opentag', ({ name, attributes }) => {
    sinceTag = 0;
    listener.open?.(local(name), attributes as Record<string, string>);
  });
  parser.on('text', (text) => listener.text?.(text));
  parser.on('cdata', (text) => listener.text?.(text));
  parser.on('closetag', ({ name }) => {
    sinceTag = 0;
    listener.close?.(local(name));
  });
  parser.on('error', () => {
    throw new FileRefused('FILE_DAMAGED');
  });
  for await (const piece of bytes) {
    sinceTag += piece.length;
    if (sinceTag > LONGEST_TEXT) throw new FileRefused('FILE_DAMAGED');
    parser.write(decoded(decoder, piece));
    yield;
  }
  parser.write(decoded(decoder)).close();
  yield;
}

/** Reads a small XML file to its end. */
export async function readWholeXml(bytes: AsyncIterable<Buffer>, listener: XmlListener): Promise<void> {
  for await (const _ of readXml(bytes, listener));
}

/** An attribute by its name without a prefix. */
export const attributeOf = (attributes: Readonly<Record<string, string>>, name: string): string | undefined =>
  attributes[name] ?? Object.entries(attributes).find(([key]) => local(key) === name)?.[1];

const local = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

function decoded(decoder: TextDecoder, piece?: Buffer): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch {
    throw new FileRefused('FILE_DAMAGED');
  }
}
