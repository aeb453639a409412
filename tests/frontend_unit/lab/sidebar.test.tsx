/** The sidebar as a person sees it. */

import { Sidebar } from '@lab/sidebar/sidebar';
import { FIRST } from '@lab/state/layout';
import { Observable } from '@lab/state/observable';
import * as React from 'react';
import { act } from 'react';
import { describe, expect, it } from 'vitest';

import { FakeSocket, json, opened, problem, told, type Answer } from './fakes';
import { draw, part, pipeline, run, settled, tools } from './worlds';

function server(lists: Record<string, unknown[]>, permissions = ['pipelines:read', 'runs:read']): Answer {
  return ({ path }) => {
    if (path.startsWith('/workbench/api/v1/me')) {
      return json({ principal: 'me', workspaces: [part('default', permissions)] });
    }
    const kind = path.replace(/^.*\/w\/default\/([a-z]+).*$/, '$1');
    const wanted = new URLSearchParams(path.split('?')[1]).get('q') ?? '';
    return json({ items: (lists[kind] ?? []).filter(item => JSON.stringify(item).includes(wanted)), next: null });
  };
}

async function sidebar(answer: Answer, visible = true) {
  const seen = new Observable(visible);
  const layout = new Observable(FIRST);
  const world = tools(answer);
  const drawn = draw(<Sidebar layout={layout} visible={seen} />, world);
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
});
