/** A run as it goes, and what is told at its end. */

import type { RunView } from '@lab/api/operations';
import { LiveRun } from '@lab/run/live';
import { RunningRuns } from '@lab/run/running';
import { tell, tellTrouble } from '@lab/run/telling';
import { Following } from '@lab/state/following';
import { Observable } from '@lab/state/observable';
import { Trouble } from '@lab/api/trouble';
import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { FakeSocket, json, opened, problem, told, type Answer } from './fakes';
import { draw, part, run, settled, tools } from './worlds';

const MAY = ['runs:read', 'runs:logs', 'runs:cancel', 'runs:retry', 'runs:start'];
const LINES = [1, 2, 3].map(number => ({ number, at: '', cell: 1, stream: 'output', text: `line ${number}` }));

/** A server of one run that a test may change. */
function server(now: { run: RunView; lines?: object[] }, may = MAY): Answer {
  return ({ path, method }) => {
    if (path.endsWith('/me')) {
      return json({ workspaces: [part('default', may)] });
    }
    if (path.includes('/logs')) {
      const after = Number(new URLSearchParams(path.split('?')[1]).get('after'));
      const lines = (now.lines ?? LINES).slice(after);
      return json({ lines, complete: now.run.status === 'succeeded' });
    }
    if (method === 'POST') {
      return json({ ...now.run, status: 'cancelled' });
    }
    return json(path.includes('/runs?') ? { items: [now.run], next: null } : now.run);
  };
}

async function live(now: { run: RunView; lines?: object[] }, may = MAY, visible = true) {
  const world = tools(server(now, may));
  const seen = new Observable(visible);
  const drawn = draw(<LiveRun id={now.run.id} onRun={() => undefined} seen={seen} />, world);
  await settled(60);
  return { ...world, ...drawn, seen };
}

const going = (more: Partial<RunView> = {}) =>
  run('r', 'running', { started_at: new Date(Date.now() - 5000).toISOString(), cells_total: 5, ...more });

afterEach(() => Notification.dismiss());

describe('a run that goes', () => {
  it('says which cell it is at, what it has written, and the end of its log', async () => {
    const { text } = await live({
      run: going({
        cells_done: 1,
        current_cell: { number: 2, first_line: 'df = wb.read("x")' },
        tables_written: [{ name: 'daily', version: null, rows: 1200 }],
        parameters: { month: 3 }
      })
    });

    expect(text()).toMatch(/running · \d+\.\d s/);
    expect(text()).toContain('Cell 2 of 5 df = wb.read("x")');
    expect(text()).toContain('daily 1,200 rows');
    expect(text()).toContain('month 3');
    expect(text()).toContain('line 1 line 2 line 3');
  });

  it('says what it waits for before its first cell', async () => {
    const queued = await live({ run: run('r', 'queued') });
    const starting = await live({ run: going({ cells_total: null }) });

    expect(queued.text()).toContain('It starts as soon as there is room.');
    expect(starting.text()).toContain('Starting…');
  });

  it('follows events at once, and reads the rest a moment later', async () => {
    const now = { run: going() };
    const { asked, text } = await live(now);
    act(() => FakeSocket.last.say(opened(1, 1)));
    await settled(400);
    const before = asked.length;
    now.run = { ...now.run, cells_done: 4, metrics: { rows: 7 } };
    const data = { status: 'running', cells_done: 4, cells_total: 5, current_cell: { number: 5, first_line: 'end()' } };
    act(() => FakeSocket.last.say(told(2, 'run.progress', 'r', data)));
    act(() => FakeSocket.last.say(told(3, 'run.progress', 'r', data)));
    expect(text()).toContain('Cell 5 of 5 end()');

    await settled(400);
    expect(asked.slice(before).filter(each => each.path.endsWith('/runs/r')).length).toBe(1);
    expect(text()).toContain('rows 7');
  });

  it('asks for nothing while nobody sees it', async () => {
    const { asked, seen } = await live({ run: going() }, MAY, false);
    expect([asked.length, FakeSocket.made.length]).toEqual([0, 0]);

    act(() => (seen.value = true));
    await settled(60);
    expect(asked.length).toBeGreaterThan(0);
    act(() => (seen.value = false));
    const before = asked.length;
    await settled(1200);
    expect(asked.length).toBe(before);
  });

  it('reads the log on from where it was', async () => {
    const now = { run: going(), lines: LINES.slice(0, 2) };
    const { asked, text } = await live(now);
    now.lines = LINES;
    await settled(1100);

    expect(asked.filter(each => each.path.includes('/logs')).at(-1)!.path).toContain('after=2');
    expect(text()).toContain('line 1 line 2 line 3');
  });

  it('can be cancelled by those who may', async () => {
    const { asked, press, text } = await live({ run: going() });
    await press('Cancel');
    expect(asked.some(each => each.path.endsWith('/runs/r/cancel'))).toBe(true);
    expect(text()).toContain('Stopping…');

    const other = await live({ run: going() }, ['runs:read']);
    expect(other.text()).not.toContain('Cancel');
    expect(other.asked.some(each => each.path.includes('/logs'))).toBe(false);
  });

  it.each([
    ['the run goes on', going()],
    ['the run had ended before', run('r', 'succeeded')]
  ])('says that the connection is lost, and that %s', async (words, now) => {
    const { text } = await live({ run: now });
    act(() => FakeSocket.last.drop(1006));

    expect(text()).toContain(`The connection is lost and is tried again; ${words}.`);
  });

  it('says where there is no such run', async () => {
    const world = tools(({ path }) => (path.endsWith('/me') ? json({ workspaces: [part('default', MAY)] }) : problem(404, { detail: 'There is no run.' })));
    const { text } = draw(<LiveRun id="x" onRun={() => undefined} seen={new Observable(true)} />, world);
    await settled(60);

    expect(text()).toContain('There is no run.');
  });
});

describe('a run that has ended', () => {
  it('offers its output, and to run it again', async () => {
    const { done, press } = await live({
      run: run('r', 'succeeded', { output_path: '/x', checks: [{ rule: 'a > 0', rows: 10, failing: 2 }] })
    });
    await press('Open output');
    await press('Retry');
    await press('Run with other values…');

    expect(done.map(([command]) => command)).toEqual(['workbench:open-output', 'workbench:retry-run', 'workbench:run-again']);
  });

  it('says why it failed, and leads to the cell', async () => {
    const error = { name: 'ValueError', message: 'no month', cell: 3, traceback: null, fix: 'Choose another.' };
    const { done, press, text } = await live({ run: run('r', 'failed', { error, output_path: '/x' }) });
    expect(text()).toContain('ValueError : no month Choose another.');
    await press('Show the failing cell');

    expect(done).toEqual([['workbench:open-output', { run: 'r', workspace: 'default', cell: 3 }]]);
  });
});

describe('following', () => {
  it('tells the end of a run once, also where the page was loaded anew meanwhile', async () => {
    const stored = new Map<string, unknown>();
    const kept = { fetch: async (key: string) => stored.get(key), save: async (key: string, value: unknown) => void stored.set(key, value) };
    const now = { run: going() };
    const first = tools(server(now));
    const { client, events, session } = first.tools.workbench;
    const before = new Following(client, events, kept as never);
    before.follow(now.run);
    expect([...stored.values()]).toEqual([{ default: ['r'] }]);

    now.run = run('r', 'failed');
    const after = new Following(client, events, kept as never);
    const ended: string[] = [];
    after.ended.connect((_, each) => void ended.push(each.status));
    await after.resume(session);
    await after.read('r');
    expect([ended, [...stored.values()]]).toEqual([['failed'], [{}]]);
  });

  it('asks for a run where it lies, whichever workspace is shown', async () => {
    const stored = new Map<string, unknown>();
    const kept = { fetch: async (key: string) => stored.get(key), save: async (key: string, value: unknown) => void stored.set(key, value) };
    const now = { run: { ...going(), workspace: 'sales' } };
    const { asked, tools: there } = tools(server(now));
    const { client, events, session } = there.workbench;
    new Following(client, events, kept as never).follow(now.run);
    const after = new Following(client, events, kept as never);
    await after.resume(session);
    await after.read('r');

    expect(client.workspace).toBe('default');
    expect(asked.map(each => each.path).filter(path => path.includes('/runs'))).toEqual([
      expect.stringContaining('/w/sales/runs?ids=r'),
      expect.stringContaining('/w/sales/runs/r')
    ]);
  });

  it('is told with what can be done: the output of a success, the error of a failure', () => {
    const { done, tools: there } = tools(() => json({}));
    const session = there.workbench.session as unknown as { may: (permission: string) => boolean };
    session.may = () => true;
    const error = { name: 'E', message: 'broken', cell: 2, traceback: null, fix: '' };
    tell(there, run('a', 'succeeded', { output_path: '/x' }));
    tell(there, run('b', 'failed', { error, output_path: '/x' }));
    tell(there, run('c', 'cancelled'));

    const said = Notification.manager.notifications.map(({ message, type, options }) => [message, type, options.actions!.map(one => one.label)]);
    expect(said.reverse()).toEqual([
      ['Run a succeeded after 0.0 s.', 'success', ['Open output']],
      ['Run b failed after 0.0 s: broken', 'error', ['Show error', 'Open output', 'Retry']],
      ['Run c was cancelled.', 'warning', ['Retry']]
    ]);
    Notification.manager.notifications[1].options.actions![0].callback({} as MouseEvent);
    expect(done).toEqual([['workbench:open-output', { run: 'b', workspace: 'default', cell: 2 }]]);
  });

  it('tells trouble in a sentence, and where the session has ended how to sign in', () => {
    const { tools: there } = tools(() => json({}));
    tellTrouble(there, new Trouble('other', 'It is archived.', { fix: 'Bring it back.' }));
    tellTrouble(there, new Trouble('signed-out', ''));

    expect(Notification.manager.notifications.map(each => each.message)).toEqual(['Your session has ended.', 'It is archived. Bring it back.']);
  });
});

describe('what runs', () => {
  it('lists runs that have not ended, opens and cancels them, and listens no longer than they go', async () => {
    const now = { run: going({ cells_done: 2 }) };
    const world = tools(server(now));
    const manager = new RunningRuns(world.tools);
    const changed = vi.fn();
    manager.runningChanged.connect(changed);
    manager.refreshRunning();
    await settled(60);
    const [item] = manager.running();
    expect([item.label(), item.detail!()]).toEqual(['Run r', 'running, 2 of 5 cells']);
    item.open!();
    manager.shutdownAll();
    await settled();

    expect(world.done).toEqual([['workbench:show-run', { run: 'r', workspace: 'default' }]]);
    expect(world.asked.some(each => each.path.endsWith('/r/cancel'))).toBe(true);
    expect(world.asked.find(each => each.path.includes('/runs?'))?.path).toContain('mine=true');
    expect(changed).toHaveBeenCalled();
  });
});
