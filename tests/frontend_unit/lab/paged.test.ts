/** A list that is read page by page. */

import { PagedList, type IPage } from '@lab/state/paged';
import { describe, expect, it } from 'vitest';

interface INumbered {
  id: string;
}

/** A server with `total` items that remembers which pages it was asked for. */
function server(total: number) {
  const asked: string[] = [];
  const fetch = async ({ limit, cursor }: { limit: number; cursor?: string }): Promise<IPage<INumbered>> => {
    asked.push(`${cursor ?? 0}+${limit}`);
    const first = Number(cursor ?? 0);
    const last = Math.min(total, first + limit);
    const items = Array.from({ length: last - first }, (_, place) => ({ id: String(first + place) }));
    return { items, next: last < total ? String(last) : null };
  };
  return { asked, fetch };
}

describe('a list', () => {
  it('is read to its end, each item once', async () => {
    const { asked, fetch } = server(1200);
    const list = new PagedList(fetch);
    await list.query(fetch);
    while (list.value.more) {
      await list.more();
    }

    expect(list.value.items.map(item => item.id)).toEqual(Array.from({ length: 1200 }, (_, place) => String(place)));
    expect(asked).toEqual(['0+100', '100+500', '600+500', '1100+500']);
  });

  it('keeps what was read of a long list when its beginning is read anew', async () => {
    const { fetch } = server(1000);
    const list = new PagedList(fetch);
    await list.query(fetch);
    await list.more();
    await list.more();
    await list.refresh();

    expect([list.value.items.length, list.value.more]).toEqual([1000, false]);
  });

  it('forgets the answer to a question that was overtaken', async () => {
    let late: (page: IPage<INumbered>) => void = () => undefined;
    const list = new PagedList<INumbered>(async () => ({ items: [], next: null }));
    const first = list.query(() => new Promise(resolve => (late = resolve)));
    await list.query(async () => ({ items: [{ id: 'new' }], next: null }));
    late({ items: [{ id: 'old' }], next: null });
    await first;

    expect(list.value.items).toEqual([{ id: 'new' }]);
  });

  it('reads anew after the page that is on its way, and loses neither', async () => {
    const { asked, fetch } = server(1000);
    const list = new PagedList(fetch);
    await list.query(fetch);
    const more = list.more();
    await list.refresh();
    await more;
    await new Promise(resolve => setTimeout(resolve, 20));

    expect([list.value.items.length, list.value.more]).toEqual([600, true]);
    expect(asked).toEqual(['0+100', '100+500', '0+500']);
  });

  it('shows trouble until it is read again', async () => {
    let broken = true;
    const list = new PagedList<INumbered>(async () => {
      if (broken) {
        throw new Error('no');
      }
      return { items: [{ id: 'a' }], next: null };
    });
    await list.refresh();
    expect([list.value.status, list.value.trouble?.detail]).toEqual(['failed', 'no']);

    broken = false;
    await list.refresh();
    expect([list.value.status, list.value.trouble, list.value.items.length]).toEqual(['ready', null, 1]);
  });
});
