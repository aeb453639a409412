/** Puts what is starred or was used last before the rest of a list. */

import type { Preferences } from '../state/preferences';
import type { IPage } from '../state/paged';
import type { IItem, IQuestion, ISectionSpec } from './spec';

/** A page of a section; the first one begins with the marked items, each item coming once. */
export async function markedFirst(
  spec: ISectionSpec,
  preferences: Preferences,
  question: IQuestion,
  signal: AbortSignal
): Promise<IPage<IItem>> {
  const ids = spec.marks ? idsOf(spec, preferences) : [];
  if (ids.length === 0 || question.cursor) {
    return spec.load(question, signal);
  }
  const [marked, rest] = await Promise.all([
    spec.load({ ...question, ids, limit: ids.length }, signal),
    spec.load(question, signal)
  ]);
  const first = marked.items.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  const known = new Set(first.map(item => item.id));
  return { items: [...first, ...rest.items.filter(item => !known.has(item.id))], next: rest.next };
}

function idsOf(spec: ISectionSpec, preferences: Preferences): string[] {
  return [...new Set([...preferences.marked('starred', spec.id), ...preferences.marked('recent', spec.id)])];
}
