/** A list that lies on the server and is read page by page, as far as somebody looks. */

import { Trouble } from '../api/trouble';
import { Observable } from './observable';

export interface IPage<T> {
  items: T[];
  next: string | null;
}

export interface IListState<T> {
  items: T[];
  /** stale: what is shown belongs to a query that has changed, until the answer comes. */
  status: 'unread' | 'reading' | 'ready' | 'stale' | 'failed';
  more: boolean;
  trouble: Trouble | null;
}

export type Fetch<T> = (page: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<IPage<T>>;

const PAGE = 100;
const LARGEST = 500;

export class PagedList<T extends { id: string }> extends Observable<IListState<T>> {
  constructor(private fetch: Fetch<T>) {
    super({ items: [], status: 'unread', more: false, trouble: null });
  }

  /** Read from the start by another query. */
  async query(fetch: Fetch<T>): Promise<void> {
    this.fetch = fetch;
    this.outdated = false;
    this.patch({ status: this.value.items.length ? 'stale' : 'reading' });
    await this.read(PAGE, false);
  }

  /** Read anew what is shown, in place; of a long list its beginning, and the rest stays as it was. */
  async refresh(): Promise<void> {
    if (this.reading) {
      this.outdated = true; // what is on its way comes first, then all is read anew
      return;
    }
    if (this.value.status === 'unread' || this.value.status === 'failed') {
      this.patch({ status: 'reading' });
    }
    await this.read(Math.min(LARGEST, Math.max(PAGE, this.value.items.length)), true);
  }

  /** Read the page after the last one, unless there is none or it is on its way. */
  async more(): Promise<void> {
    if (!this.cursor || this.reading) {
      return;
    }
    const cursor = this.cursor;
    const page = await this.ask({ limit: LARGEST, cursor });
    if (page) {
      const known = new Set(this.value.items.map(item => item.id));
      const items = [...this.value.items, ...page.items.filter(item => !known.has(item.id))];
      this.cursor = page.next;
      this.patch({ items, more: page.next !== null });
    }
  }

  /** Replace one item by what it is now, where it is shown. */
  replace(item: T): void {
    const items = this.value.items.map(each => (each.id === item.id ? item : each));
    this.patch({ items });
  }

  private async read(limit: number, keep: boolean): Promise<void> {
    const page = await this.ask({ limit });
    if (page) {
      const rest = keep ? this.after(page) : [];
      this.cursor = rest.length ? this.cursor : page.next;
      const items = [...page.items, ...rest];
      this.value = { items, status: 'ready', more: this.cursor !== null, trouble: null };
    }
  }

  /** What is shown and follows a page that was read anew. */
  private after(page: IPage<T>): T[] {
    const last = page.items.at(-1)?.id;
    const place = this.value.items.findIndex(item => item.id === last);
    if (page.next === null || place < 0) {
      return [];
    }
    const known = new Set(page.items.map(item => item.id));
    return this.value.items.slice(place + 1).filter(item => !known.has(item.id));
  }

  /** A page, or nothing where it failed or another question came meanwhile. */
  private async ask(page: { limit: number; cursor?: string }): Promise<IPage<T> | null> {
    this.reading?.abort();
    const mine = new AbortController();
    this.reading = mine;
    try {
      const answer = await this.fetch(page, mine.signal);
      return this.reading === mine ? answer : null;
    } catch (error) {
      if (this.reading === mine) {
        this.patch({ status: 'failed', trouble: Trouble.of(error) });
      }
      return null;
    } finally {
      if (this.reading === mine) {
        this.reading = null;
        this.refreshLater();
      }
    }
  }

  /** Once what was asked for has been taken. */
  private refreshLater(): void {
    if (this.outdated) {
      this.outdated = false;
      window.setTimeout(() => void this.refresh());
    }
  }

  private cursor: string | null = null;
  private outdated = false;
  private reading: AbortController | null = null;
}
