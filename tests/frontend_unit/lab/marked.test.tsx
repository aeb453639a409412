/** What is starred or was used last comes first. */

import { Notification } from '@jupyterlab/apputils';
import { act } from 'react';
import { describe, expect, it } from 'vitest';

import { problem } from './fakes';
import { server, sidebar } from './sidebars';
import { pipeline, settled } from './worlds';

describe('what is marked', () => {
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
});
