/** Surroundings for components, and things to show in them. */

import { Client } from '@lab/api/client';
import { EventStream } from '@lab/api/events';
import type { Part, PipelineView, RunView, Status } from '@lab/api/operations';
import { Tools, type INotebooks, type ITools } from '@lab/parts/tools';
import { Following } from '@lab/state/following';
import { Preferences } from '@lab/state/preferences';
import { Session } from '@lab/state/session';
import { Settings } from '@lab/state/settings';
import { Commands } from '@lab/tokens';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';

import { afterEach, vi } from 'vitest';

import { FakeSocket, settings, type Answer, type IAsked } from './fakes';

const drawn: Root[] = [];
afterEach(() => {
  act(() => drawn.splice(0).forEach(root => root.unmount()));
  document.body.textContent = '';
});

export interface IWorld {
  tools: ITools;
  asked: IAsked[];
  /** The commands that were carried out. */
  done: [string, unknown][];
  notebooks: ReturnType<typeof fakeNotebooks>;
}

/** The tools of components, against a server that answers as `answer` says. */
export function tools(answer: Answer): IWorld {
  FakeSocket.made = [];
  const asked: IAsked[] = [];
  const client = new Client(settings(answer, asked));
  const session = new Session(client, null);
  const workbench = {
    client,
    events: new EventStream(client.settings),
    session,
    may: (permission: string) => session.may(permission, client.workspace),
    preferences: new Preferences(client),
    following: null as unknown as Following,
    settings: new Settings(),
    trans: nullTranslator.load(''),
    kept: null
  };
  workbench.following = new Following(client, workbench.events, null);
  const notebooks = fakeNotebooks();
  const done: [string, unknown][] = [];
  const commands = new CommandRegistry();
  for (const id of Object.values(Commands)) {
    commands.addCommand(id, { execute: args => void done.push([id, args]) });
  }
  return { asked, done, notebooks, tools: { workbench, commands, notebooks, baseUrl: '/', signInUrl: '/login' } };
}

function fakeNotebooks() {
  const made = {
    reach: async (address: string) => address,
    content: vi.fn(() => null as Record<string, unknown> | null),
    save: vi.fn(async () => undefined),
    read: vi.fn(async () => ({ cells: [] as unknown[] })),
    insert: vi.fn(() => true),
    within: (): INotebooks => made
  };
  return made;
}

/** Draw a component; `text()` is what can be read, `press(name)` presses the button of that name. */
export function draw(element: JSX.Element, world: IWorld) {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  drawn.push(root);
  act(() => root.render(<Tools.Provider value={world.tools}>{element}</Tools.Provider>));
  const press = async (name: string) => {
    const found = [...place.querySelectorAll<HTMLElement>('button, a')].find(
      each => each.getAttribute('aria-label') === name || each.title === name || each.textContent?.trim() === name
    );
    if (!found) {
      throw new Error(`nothing to press is called ${name}; there is: ${place.textContent}`);
    }
    act(() => found.click());
    await settled();
  };
  const field = (label: string) => {
    const named = [...place.querySelectorAll('label')].find(each => each.textContent?.replace(' *', '').trim() === label);
    return place.querySelector<HTMLInputElement>(`[id="${named?.htmlFor}"]`)!;
  };
  /** Fill in the field of that label, as a person would. */
  const fill = async (label: string, value: string) => {
    const input = field(label);
    const kind = input instanceof HTMLSelectElement ? HTMLSelectElement : HTMLInputElement;
    act(() => {
      Object.getOwnPropertyDescriptor(kind.prototype, 'value')!.set!.call(input, value);
      input.dispatchEvent(new Event(kind === HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
    });
    await settled();
  };
  return { place, press, field, fill, text: () => spoken(place) };
}

/** Let what was begun come to its end. */
export async function settled(milliseconds = 30): Promise<void> {
  await act(async () => {
    await new Promise(resolve => setTimeout(resolve, milliseconds));
  });
}

function spoken(place: HTMLElement): string {
  const parts: string[] = [];
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    parts.push(walker.currentNode.textContent ?? '');
  }
  return parts.join(' ').replace(/\s+/g, ' ');
}

export function part(name: string, permissions: string[]): Part {
  return {
    id: name,
    name,
    title: name,
    timezone: 'UTC',
    roles: ['admin'],
    permissions: Object.fromEntries(permissions.map(permission => [permission, 'W']))
  } as Part;
}

export function pipeline(name: string): PipelineView {
  return {
    id: name, name, title: '', description: '', current_version: 1, owner_id: null,
    created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', archived_at: null, etag: 1
  };
}

export function run(id: string, status: Status, more: Partial<RunView> = {}): RunView {
  return {
    id, status, title: `Run ${id}`, pipeline_id: 'p', pipeline_version: 1, workspace: 'default', parameters: {},
    attempt: 1, submitted_by: 'me', rights_of: 'me', submitted_at: '2026-01-01T00:00:00Z', started_at: null,
    finished_at: null, cells_total: null, cells_done: 0, current_cell: null, error: null, tables_read: [],
    tables_written: [], metrics: {}, figures: [], checks: [], output_path: null, correlation_id: 'c', retry_of: null,
    schema: 1, ...more
  };
}
