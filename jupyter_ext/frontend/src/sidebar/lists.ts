/** Several lists that are read as one. */

import type { IPage } from '../state/paged';
import type { IItem, IQuestion, Load } from './spec';

/** One list after another, each to its end; the cursor says which list is read, and how far. */
export function inTurn<T extends IItem>(...lists: Load<T>[]): Load<T> {
  return async (question: IQuestion, signal: AbortSignal): Promise<IPage<T>> => {
    const [, first, after] = /^(\d+) (.*)$/.exec(question.cursor ?? '0 ') ?? [];
    const items: T[] = [];
    let cursor = after || undefined;
    for (let place = Number(first); place < lists.length; place++) {
      if (items.length >= question.limit) {
        return { items, next: `${place} ` };
      }
      const page = await lists[place]({ ...question, limit: question.limit - items.length, cursor }, signal);
      items.push(...page.items);
      if (page.next !== null) {
        return { items, next: `${place} ${page.next}` };
      }
      cursor = undefined;
    }
    return { items, next: null };
  };
}
