/** The sidebar as a person sees it. */

import { Sidebar } from '@lab/sidebar/sidebar';
import { FIRST } from '@lab/state/layout';
import { Observable } from '@lab/state/observable';
import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import { act } from 'react';
import { describe, expect, it } from 'vitest';

import { FakeSocket, json, opened, problem, told, type Answer } from './fakes';
import { draw, part, pipeline, run, settled, tools } from './worlds';

function server(lists: Record<string, { id: string }[]>, permissions = ['pipelines:read', 'runs:read'], preferences = {}): Answer {
  return ({ path }) => {
    if (path.startsWith('/workbench/api/v1/me')) {
      return json({ principal: 'me', workspaces: [part('default', permissions)] });
    }
    if (path.includes('/preferences')) {
      return json({ values: preferences });
    }
    if (path.includes('/introspect')) {
      return json({ items: [{ name: 'orders', columns: [{ name: 'id' }, { name: 'sum' }], rows: 1200, problem: null }] });
    }
    const ids = new URLSearchParams(path.split('?')[1]).getAll('ids');
    const kind = path.replace(/^.*\/w\/default\/([a-z]+).*$/, '$1');
    const wanted = new URLSearchParams(path.split('?')[1]).get('q') ?? '';
    const known = (item: { id: string }) =>
      JSON.stringify(item).includes(wanted) && (ids.length === 0 || ids.includes(item.id));
    return json({ items: (lists[kind] ?? []).filter(known), next: null });
  };
}

async function sidebar(answer: Answer, visible = true, open: Record<string, boolean> = FIRST.open) {
  const seen = new Observable(visible);
  const layout = new Observable({ ...FIRST, open });
  const world = tools(answer);
  const drawn = draw(<Sidebar layout={layout} seen={seen} />, world);
  await settled();
  return { ...drawn, ...world, seen, layout };
}

describe('the sidebar', () => {
  it('lists pipelines and runs', async () => {
    const { text } = await sidebar(server({ pipelines: [pipeline('daily_delays')], runs: [run('1', 'failed')] }));

    expect(text()).toMatch(/Pipelines.*daily_delays.*version 1.*Runs.*■ failed/);
  });

  it('asks the server for nothing while it is hidden, and listens to nothing', async () => {
    const { asked, seen, text } = await sidebar(server({}), false);
    expect([asked.length, FakeSocket.made.length]).toEqual([0, 0]);

    act(() => (seen.value = true));
    await settled();
    expect(text()).toContain('No pipelines yet.');
    expect(FakeSocket.made.length).toBe(1);
  });

  it('shows only sections that the person may see', async () => {
    const { text } = await sidebar(server({}, ['runs:read']));

    expect(text()).toContain('Runs');
    expect(text()).not.toContain('Pipelines');
  });

  it('finds what contains the text, and says where nothing does', async () => {
    const { layout, text } = await sidebar(server({ pipelines: [pipeline('north'), pipeline('south')] }));
    act(() => layout.patch({ search: 'nor' }));
    await settled(300);

    expect(text()).toContain('north');
    expect(text()).not.toContain('south');
    expect(text()).toContain('Nothing here contains “nor”.');
  });

  it('reads a list again when something of it happens, and not for other things', async () => {
    const lists = { pipelines: [pipeline('one')], runs: [] };
    const { asked, text } = await sidebar(server(lists));
    FakeSocket.last.say(opened(1, 1));
    await settled(600);
    const before = asked.length;
    lists.pipelines.push(pipeline('two'));
    FakeSocket.last.say(told(2, 'pipeline.registered'));
    await settled(600);

    expect(asked.slice(before).map(each => each.path)).toEqual([expect.stringContaining('/pipelines?')]);
    expect(text()).toContain('two');
  });

  it('opens and closes a section, and does not read a closed one', async () => {
    const { asked, layout, press, text } = await sidebar(server({ pipelines: [pipeline('one')] }));
    await press('Pipelines');

    expect(layout.value.open.pipelines).toBe(false);
    expect(text()).not.toContain('one');
    const before = asked.length;
    act(() => layout.patch({ search: 'x' }));
    await settled(300);
    expect(asked.slice(before).some(each => each.path.includes('/pipelines'))).toBe(false);
  });

  it.each([
    [() => problem(401, { detail: 'x', code: 'x' }), 'Your session has ended.', 'Sign in'],
    [() => problem(403, { detail: 'You may not.', fix: 'Ask an admin.', code: 'x' }), 'You may not. Ask an admin.', 'Try again'],
    [() => new Response('', { status: 404 }), 'This server does not have the workbench.', 'Try again']
  ])('says what is wrong and offers a way out', async (answer, sentence, way) => {
    const { text } = await sidebar(answer);

    expect(text()).toContain(sentence);
    expect(text()).toContain(way);
  });

  it('comes back when it is tried again', async () => {
    let broken = true;
    const there = server({ pipelines: [pipeline('one')] });
    const { press, text } = await sidebar(asked => (broken ? new Response('', { status: 404 }) : there(asked)));
    broken = false;
    await press('Try again');

    expect(text()).toContain('one');
  });

  it('tells that a star is not kept, and shows it so', async () => {
    const there = server({ pipelines: [pipeline('a')] });
    const { place, press } = await sidebar(asked => (asked.method === 'PUT' ? problem(500, { detail: 'The disk is full.' }) : there(asked)));
    await press('Star a');

    expect(place.querySelector('[aria-label="Star a"]')?.getAttribute('aria-pressed')).toBe('false');
    expect(Notification.manager.notifications.map(each => each.message)).toEqual(['The disk is full.']);
    Notification.dismiss();
  });

  it('puts what is starred first, then what was used last, and keeps what is starred here', async () => {
    const lists = { pipelines: [pipeline('a'), pipeline('b'), pipeline('c')] };
    const marks = { 'lab.starred.pipelines': ['c'], 'lab.recent.pipelines': ['b', 'c'] };
    const { asked, place, press } = await sidebar(server(lists, undefined, marks));
    const order = () => [...place.querySelectorAll('.wb-Row-title')].map(each => each.textContent);
    expect(order()).toEqual(['c', 'b', 'a']);

    await press('Star a');
    expect(asked.find(each => each.method === 'PUT')).toMatchObject({ body: { value: ['c', 'a'] } });
    expect(order()).toEqual(['c', 'a', 'b']);
    await press('Star c');
    expect(order()).toEqual(['a', 'b', 'c']);
  });

  it('remembers which connector, table or dashboard was used last, and stars dashboards that somebody made', async () => {
    const may = ['connectors:list', 'dashboards:view', 'tables:read'];
    const table = { id: 't', name: 'daily', columns: [], rows: 2, current_version: 1, created_at: '2026-01-01T00:00:00Z', updated_at: null };
    const lists = {
      connectors: [{ id: 'k', name: 'crm', type: 'sqlite' }],
      dashboards: [
        { id: 'home', object_id: null, title: 'Home', description: '', page: 'home' },
        { id: 'sales', object_id: 'd', title: 'Sales', description: '', page: 'd/sales' }
      ],
      tables: [table]
    };
    const open = { connectors: true, dashboards: true, tables: true };
    const { asked, place, press } = await sidebar(server(lists, may), true, open);
    for (const name of ['Home', 'Sales', 'Insert read of daily', 'crm']) {
      await press(name);
    }

    const kept = asked.filter(each => each.method === 'PUT').map(each => [each.path.replace(/^.*lab/, 'lab'), each.body]);
    expect(kept).toEqual([
      ['lab.recent.dashboards', { value: ['d'] }],
      ['lab.recent.tables', { value: ['t'] }],
      ['lab.recent.connectors', { value: ['k'] }]
    ]);
    expect(place.querySelector('[aria-label="Star Home"]')).toBeNull();
    await press('Star Sales');
    expect(asked.filter(each => each.method === 'PUT').at(-1)).toMatchObject({ body: { value: ['d'] } });
  });

  it('moves no row away from under the mouse: what was starred comes first once it has left', async () => {
    const { place, press, text } = await sidebar(server({ pipelines: [pipeline('first'), pipeline('second')] }), true, {
      pipelines: true
    });
    const body = place.querySelector('.wb-Section-body')!;
    const mouse = async (type: string) => {
      const event = Object.assign(new MouseEvent(type, { bubbles: true }), { pointerType: 'mouse' });
      act(() => void body.dispatchEvent(event));
      await settled();
    };
    await mouse('pointerover');
    await press('Star second');
    await settled();
    expect(text()).toMatch(/first.*second/);

    await mouse('pointerout');
    expect(text()).toMatch(/second.*first/);
  });

  it('leads who may make a connector or a dashboard to where they are made', async () => {
    const may = ['connectors:list', 'dashboards:view'];
    const open = { connectors: true, dashboards: true };
    const reader = await sidebar(server({}, may), true, open);
    expect(reader.text()).toContain('Ask somebody who may make one.');

    const maker = await sidebar(server({}, [...may, 'connectors:write', 'dashboards:write']), true, open);
    await maker.press('New connector…');
    await maker.press('Make a dashboard…');
    expect(maker.done).toEqual([
      ['workbench:open-page', { page: 'connect', title: 'New connector' }],
      ['workbench:open-page', { page: 'dashboards', title: 'Dashboards' }]
    ]);
  });

  it('opens the form of a pipeline, and a run', async () => {
    const { done, press } = await sidebar(
      server({ pipelines: [pipeline('one')], runs: [run('r', 'succeeded')] }, ['pipelines:read', 'runs:read', 'runs:start'])
    );
    await press('Run one');
    await press('Run r');

    expect(done).toEqual([
      ['workbench:run-pipeline', { pipeline: 'one' }],
      ['workbench:show-run', { run: 'r', workspace: 'default' }]
    ]);
  });

  it('shows what a connector offers, asks it once, and inserts a read', async () => {
    const may = ['connectors:list', 'connectors:introspect'];
    const lists = { connectors: [{ id: 'k', name: 'crm', type: 'postgresql' }] };
    const { asked, done, layout, press, text } = await sidebar(server(lists, may), true, { connectors: true });
    await press('crm');
    expect(text()).toContain('orders 1,200 rows · id, sum');

    act(() => layout.patch({ search: 'ord' }));
    await settled(300);
    await press('Insert read of orders');
    expect(asked.filter(each => each.path.includes('introspect')).length).toBe(1);
    expect(done).toEqual([['workbench:insert-read', { code: 'orders = wb.read("crm.orders").to_pandas()' }]]);

    await press('Back from crm');
    expect(text()).toContain('Nothing here contains “ord”.');
  });

  it('shows the columns of a table, and inserts a read of one', async () => {
    const columns = [{ name: 'day', type: 'DATE' }];
    const table = { id: 't', name: 'daily', rows: 1, current_version: 2, columns, updated_at: null, created_at: '2026-01-01' };
    const { done, press, text } = await sidebar(server({ tables: [table] }, ['tables:read']), true, { tables: true });
    await press('Insert read of daily');
    await press('daily');
    expect(text()).toContain('day DATE');
    await press('Insert read of daily.day');

    expect(done.map(([, args]) => (args as { code: string }).code)).toEqual([
      'daily = wb.read("daily").to_pandas()',
      'daily = wb.read("daily", columns=["day"]).to_pandas()'
    ]);
  });

  it('lists saved queries after the tables, opens their pages, and inserts a call with their values', async () => {
    const table = { id: 't', name: 'daily', rows: 1, current_version: 2, columns: [], updated_at: null, created_at: '2026-01-01' };
    const query = { id: 'q', name: 'busy', title: 'Busy carriers', updated_at: '2026-01-01' };
    const parameters = [
      { name: 'least', default: 3 },
      { name: 'late', default: true },
      { name: 'who', default: 'a"b' },
      { name: 'day', default: null }
    ];
    const lists = server({ tables: [table], saved: [query] }, ['tables:read', 'queries:view']);
    const answers: Answer = asked => (asked.path.includes('/saved-queries/q') ? json({ ...query, parameters }) : lists(asked));
    const { done, press, text, layout } = await sidebar(answers, true, { tables: true });
    expect(text()).toMatch(/daily.*Busy carriers.*Saved query · busy/);

    await press('Insert read of Busy carriers');
    await press('Busy carriers');
    act(() => layout.patch({ filters: { tables: 'queries' } }));
    await settled();

    expect(done).toEqual([
      ['workbench:insert-read', { code: 'busy = wb.query("busy", least=3, late=True, who="a\\"b", day=...).to_pandas()' }],
      ['workbench:open-page', { page: 'queries/busy', title: 'Busy carriers' }]
    ]);
    expect(text()).not.toContain('daily');
  });

  it('lists just the connectors whose last test failed where asked', async () => {
    const { asked, layout } = await sidebar(server({ connectors: [] }, ['connectors:list']), true, { connectors: true });
    act(() => layout.patch({ filters: { connectors: 'broken' } }));
    await settled();

    const lists = asked.filter(each => /\/connectors\?/.test(each.path)).map(each => each.path);
    expect([lists.at(0), lists.at(-1)].map(path => path?.includes('broken=true'))).toEqual([false, true]);
  });

  it('opens a dashboard', async () => {
    const lists = { dashboards: [{ id: 'home', title: 'Home', description: 'All', page: 'home' }] };
    const { done, press } = await sidebar(server(lists, ['dashboards:view']), true, { dashboards: true });
    await press('Home');

    expect(done).toEqual([['workbench:open-page', { page: 'home', title: 'Home' }]]);
  });

  it('lists apps after the dashboards, opens them, and shows them alone where asked', async () => {
    const lists = {
      dashboards: [{ id: 'home', title: 'Home', description: 'All', page: 'home' }],
      apps: [{ id: '1', title: 'Delays', description: 'By month', page: 'app/delays' }]
    };
    const answers = server(lists, ['dashboards:view', 'pipelines:read']);
    const { done, press, text, layout } = await sidebar(answers, true, { dashboards: true });
    expect(text()).toMatch(/Home.*All.*Delays.*App · By month/);

    await press('Delays');
    act(() => layout.patch({ filters: { dashboards: 'apps' } }));
    await settled();

    expect(done).toEqual([['workbench:open-page', { page: 'app/delays', title: 'Delays' }]]);
    expect(text()).not.toContain('Home');
  });
});
