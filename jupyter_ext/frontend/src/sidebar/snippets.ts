/** The code that reads something, as people would write it. */

import type { Parameter } from '../api/operations';

/** Reads a stream of a connector. */
export function readStream(connector: string, stream: string): string {
  return `${variable(stream)} = wb.read(${JSON.stringify(`${connector}.${stream}`)}).to_pandas()`;
}

/** Reads a table of the store, or some of its columns. */
export function readTable(table: string, columns?: string[]): string {
  const some = columns ? `, columns=${JSON.stringify(columns)}` : '';
  return `${variable(table)} = wb.read(${JSON.stringify(table)}${some}).to_pandas()`;
}

/** Asks a saved query, with the values of its parameters as they would be anyway; `...` is what must be filled in. */
export function askQuery(query: string, parameters: Parameter[]): string {
  const values = parameters.map(({ name, default: given }) => `, ${name}=${given === null ? '...' : literal(given)}`);
  return `${variable(query)} = wb.query(${JSON.stringify(query)}${values.join('')}).to_pandas()`;
}

function literal(value: boolean | number | string): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value);
}

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield wb'
  ).split(' ')
);

/** A name for what was read: the last part of its own, as far as Python takes it. */
export function variable(name: string): string {
  const last = name.split(/[./]/).filter(Boolean).pop() ?? '';
  const plain = last.toLowerCase().replace(/[^a-z0-9_]+/g, '_').replace(/^_+|_+$/g, '') || 'data';
  const safe = /^\d/.test(plain) ? `_${plain}` : plain;
  return KEYWORDS.has(safe) ? `${safe}_` : safe;
}
