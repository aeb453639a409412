/** Runs that somebody watches or waits for: kept as they are now, by events. */

import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IStateDB } from '@jupyterlab/statedb';

import type { Client } from '../api/client';
import type { EventStream, IEvent } from '../api/events';
import { runsList, runsShow, type CurrentCell, type RunView, type Status } from '../api/operations';
import { Observable } from './observable';
import type { Session } from './session';

export const ENDED: readonly Status[] = ['succeeded', 'failed', 'cancelled', 'crashed'];

export function hasEnded(status: Status): boolean {
  return ENDED.includes(status);
}

const KEY = 'jupyter-workbench:followed-runs';
const AGAIN = 300;

interface IProgress {
  status: Status;
  cells_done?: number;
  cells_total?: number;
  current_cell?: CurrentCell | null;
}

export class Following {
  /** A run that was followed has ended. */
  readonly ended = new Signal<this, RunView>(this);

  constructor(
    private readonly client: Client,
    private readonly events: EventStream,
    private readonly kept: IStateDB | null
  ) {}

  /** Take up the runs that were followed before the page was loaded anew; those that ended since are told. */
  async resume(session: Session): Promise<void> {
    const places = Object.entries(((await this.kept?.fetch(KEY)) ?? {}) as Record<string, string[]>);
    if (places.length === 0) {
      return;
    }
    await session.begin();
    await Promise.all(places.map(([workspace, ids]) => this.takeUp(workspace, ids)));
    this.keep(); // without those that are no more
    this.listenOrNot();
  }

  private async takeUp(workspace: string, ids: string[]): Promise<void> {
    const { items } = await this.client.within(workspace).call(runsList, { ids });
    for (const run of items) {
      this.followed.add(run.id);
      this.put(run);
    }
  }

  /** Tell when this run ends, also after the page was loaded anew. */
  follow(run: RunView): void {
    this.followed.add(run.id);
    this.put(run);
    this.keep();
    this.listenOrNot();
  }

  /** The run as it is now, for as long as somebody looks. */
  watch(id: string): { run: Observable<RunView | null>; done: IDisposable } {
    this.watched.set(id, (this.watched.get(id) ?? 0) + 1);
    this.listenOrNot();
    const done = new DisposableDelegate(() => {
      this.watched.set(id, this.watched.get(id)! - 1);
      this.listenOrNot();
    });
    return { run: this.of(id), done };
  }

  /** Read a run anew; `workspace` is where it lies, if it was not read before. */
  async read(id: string, workspace = this.client.workspace): Promise<RunView> {
    const lies = this.of(id).value?.workspace ?? workspace;
    const run = await this.client.within(lies).call(runsShow, { id });
    this.put(run);
    return run;
  }

  private of(id: string): Observable<RunView | null> {
    const known = this.runs.get(id) ?? new Observable<RunView | null>(null);
    this.runs.set(id, known);
    return known;
  }

  private put(run: RunView): void {
    this.of(run.id).value = run;
    if (hasEnded(run.status) && this.followed.delete(run.id)) {
      this.keep();
      this.ended.emit(run);
      this.listenOrNot();
    }
  }

  private wanted(id: string): boolean {
    return this.followed.has(id) || (this.watched.get(id) ?? 0) > 0;
  }

  private listenOrNot(): void {
    const wanted = this.followed.size > 0 || [...this.watched.values()].some(count => count > 0);
    if (wanted && this.heard === null) {
      this.heard = this.events.listen({ heard: event => this.take(event), missed: () => this.readAll() });
    } else if (!wanted) {
      this.heard?.dispose();
      this.heard = null;
    }
  }

  /** Show progress at once, and read the rest of the run when no more comes for a moment. */
  private take(event: IEvent): void {
    const id = event.object_id;
    if (event.object_type !== 'run' || id === null || !this.wanted(id)) {
      return;
    }
    const run = this.of(id).value;
    if (run && event.name === 'run.progress' && !hasEnded(run.status)) {
      this.of(id).value = { ...run, ...progress(event.data as unknown as IProgress) };
    }
    this.readSoon(id);
  }

  private readSoon(id: string): void {
    if (!this.waiting.has(id)) {
      this.waiting.add(id);
      window.setTimeout(() => {
        this.waiting.delete(id);
        void this.read(id).catch(() => undefined); // what shows the run reads it itself and tells
      }, AGAIN);
    }
  }

  private readAll(): void {
    for (const id of this.runs.keys()) {
      if (this.wanted(id)) {
        this.readSoon(id);
      }
    }
  }

  private keep(): void {
    const places: Record<string, string[]> = {};
    for (const id of this.followed) {
      (places[this.of(id).value!.workspace] ??= []).push(id);
    }
    void this.kept?.save(KEY, places);
  }

  private readonly runs = new Map<string, Observable<RunView | null>>();
  private readonly followed = new Set<string>();
  private readonly watched = new Map<string, number>();
  private readonly waiting = new Set<string>();
  private heard: IDisposable | null = null;
}

function progress({ status, cells_done, cells_total, current_cell }: IProgress): Partial<RunView> {
  return {
    status,
    ...(cells_done === undefined ? {} : { cells_done }),
    ...(cells_total === undefined ? {} : { cells_total }),
    ...(current_cell === undefined ? {} : { current_cell })
  };
}
