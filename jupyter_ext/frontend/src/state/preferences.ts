/** What a person's faces remember for her: it follows her from one browser to the next. */

import type { Client } from '../api/client';
import { preferencesSet, preferencesShow } from '../api/operations';
import { Observable } from './observable';

const MOST_RECENT = 5;

/** What sections keep of their items: which are starred and which were used last, the newest first. */
export type Marked = 'starred' | 'recent';

/** The marks by workspace and name: read once each, and the same for all that look. */
class Marks extends Observable<Record<string, Record<string, string[]>>> {
  constructor() {
    super({});
  }

  /**
   * Know those of the client's workspace.
   *
   * @throws Trouble they could not be read; the next who wants them tries again.
   */
  read(client: Client): Promise<void> {
    const { workspace } = client;
    const begun = this.begun.get(workspace) ?? this.ask(client, workspace);
    this.begun.set(workspace, begun);
    return begun;
  }

  of(workspace: string, name: string): string[] {
    return this.value[workspace]?.[name] ?? [];
  }

  put(workspace: string, name: string, ids: string[]): void {
    this.patch({ [workspace]: { ...this.value[workspace], [name]: ids } });
  }

  private async ask(client: Client, workspace: string): Promise<void> {
    try {
      const { values } = await client.call(preferencesShow, { prefix: 'lab.' });
      this.patch({ [workspace]: values as Record<string, string[]> });
    } catch (error) {
      this.begun.delete(workspace);
      throw error;
    }
  }

  private readonly begun = new Map<string, Promise<void>>();
}

/** What is remembered in the workspace of a client. */
export class Preferences {
  constructor(
    private readonly client: Client,
    readonly marks = new Marks()
  ) {}

  /** What is remembered in the workspace of another client. */
  within(client: Client): Preferences {
    return new Preferences(client, this.marks);
  }

  /** Know the marks; without them lists are in their own order. */
  async load(): Promise<void> {
    await this.marks.read(this.client).catch(() => undefined); // the lists say themselves what is wrong
  }

  marked(mark: Marked, section: string): string[] {
    return this.marks.of(this.client.workspace, nameOf(mark, section));
  }

  /**
   * Star what was not starred, and the other way round.
   *
   * @throws Trouble it is not remembered, and all is marked as before.
   */
  toggleStar(section: string, id: string): Promise<void> {
    return this.change('starred', section, before =>
      before.includes(id) ? before.filter(one => one !== id) : [...before, id]
    );
  }

  /** Note what was used last; throws as `toggleStar` does. */
  used(section: string, id: string): Promise<void> {
    return this.change('recent', section, before => [id, ...before.filter(one => one !== id)].slice(0, MOST_RECENT));
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

  private async change(mark: Marked, section: string, next: (before: string[]) => string[]): Promise<void> {
    const { workspace } = this.client;
    const client = this.client.within(workspace); // another may be shown before the answers are there
    await this.marks.read(client);
    const name = nameOf(mark, section);
    const before = this.marks.of(workspace, name);
    const ids = next(before);
    this.marks.put(workspace, name, ids);
    try {
      await client.call(preferencesSet, { name, value: ids.length ? ids : null });
    } catch (error) {
      this.marks.put(workspace, name, before);
      throw error;
    }
  }
}

function nameOf(mark: Marked, section: string): string {
  return `lab.${mark}.${section}`;
}
