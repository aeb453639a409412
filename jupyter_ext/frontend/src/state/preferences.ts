/** What a person's faces remember for her: it follows her from one browser to the next. */

import type { Client } from '../api/client';
import { preferencesSet, preferencesShow } from '../api/operations';
import { Observable } from './observable';

const MOST_RECENT = 5;

/** What sections keep of their items: which are starred and which were used last, the newest first. */
export type Marked = 'starred' | 'recent';

export class Preferences extends Observable<Record<string, string[]>> {
  constructor(private readonly client: Client) {
    super({});
  }

  /** Read the marks of a workspace; without them lists are in their own order. */
  async load(): Promise<void> {
    try {
      const { values } = await this.client.call(preferencesShow, { prefix: 'lab.' });
      this.value = values as Record<string, string[]>;
    } catch {
      this.value = {}; // the lists say themselves what is wrong
    }
  }

  marked(mark: Marked, section: string): string[] {
    return this.value[`lab.${mark}.${section}`] ?? [];
  }

  toggleStar(section: string, id: string): Promise<void> {
    const before = this.marked('starred', section);
    return this.keep('starred', section, before.includes(id) ? before.filter(one => one !== id) : [...before, id]);
  }

  used(section: string, id: string): Promise<void> {
    const others = this.marked('recent', section).filter(one => one !== id);
    return this.keep('recent', section, [id, ...others].slice(0, MOST_RECENT));
  }

  /** The values that a pipeline was last run with. */
  async lastValues(pipeline: string): Promise<Record<string, unknown>> {
    const name = `values.${pipeline}`;
    const { values } = await this.client.call(preferencesShow, { prefix: name });
    return (values[name] ?? {}) as Record<string, unknown>;
  }

  async rememberValues(pipeline: string, values: Record<string, unknown>): Promise<void> {
    await this.client.call(preferencesSet, { name: `values.${pipeline}`, value: values });
  }

  private async keep(mark: Marked, section: string, ids: string[]): Promise<void> {
    const name = `lab.${mark}.${section}`;
    this.patch({ [name]: ids });
    await this.client.call(preferencesSet, { name, value: ids.length ? ids : null });
  }
}
