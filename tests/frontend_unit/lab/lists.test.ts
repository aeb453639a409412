/** Several lists as one. */

import { inTurn } from '@lab/sidebar/lists';
import type { IQuestion } from '@lab/sidebar/spec';
import { describe, expect, it } from 'vitest';

/** A list of so many items, which pages by the number of the next one. */
function counting(name: string, size: number) {
  return async ({ limit, cursor }: IQuestion) => {
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(limit, size - from) }, (_, place) => ({ id: `${name}${from + place}` }));
    return { items, next: from + items.length < size ? String(from + items.length) : null };
  };
}

async function whole(load: ReturnType<typeof inTurn>, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await load({ limit, cursor }, new AbortController().signal);
    pages.push(page.items.map(item => item.id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

describe('lists that are read as one', () => {
  it('goes through each to its end, and a page may hold the end of one and the start of the next', async () => {
    expect(await whole(inTurn(counting('a', 3), counting('b', 2)), 2)).toEqual([['a0', 'a1'], ['a2', 'b0'], ['b1']]);
    expect(await whole(inTurn(counting('a', 2), counting('b', 2)), 2)).toEqual([['a0', 'a1'], ['b0', 'b1']]);
    expect(await whole(inTurn(counting('a', 0), counting('b', 1)), 2)).toEqual([['b0']]);
    expect(await whole(inTurn(counting('a', 0)), 2)).toEqual([[]]);
  });
});
