/** Several lists that are read as one. */

import type { IPage } from '../state/paged';
import type { IItem, IQuestion, ISectionSpec, Load } from './spec';

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

/** One of the lists of a section: the value of the filter that leaves it alone, and what people read there. */
interface IPart<T> {
  value: string;
  label: string;
  load: Load<T>;
}

/** Some lists as that of one section, with a filter that leaves one of them where there are several. */
export function together<T extends IItem>(all: string, parts: IPart<T>[]): Pick<ISectionSpec<T>, 'filters' | 'load'> {
  const every = inTurn(...parts.map(part => part.load));
  const choices = parts.map(({ value, label }): [string, string] => [value, label]);
  return {
    filters: parts.length > 1 ? [['', all], ...choices] : [],
    load: (question, signal) => (parts.find(part => part.value === question.filter)?.load ?? every)(question, signal)
  };
}
