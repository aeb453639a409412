/** The sidebar as a person sees it. */

import { act } from 'react';
import { describe, expect, it } from 'vitest';

import { FakeSocket, json, opened, problem, told, type Answer } from './fakes';
import { server, sidebar } from './sidebars';
import { pipeline, run, settled } from './worlds';

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
