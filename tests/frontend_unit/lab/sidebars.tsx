/** The sidebar over a server that tests make up. */

import { Sidebar } from '@lab/sidebar/sidebar';
import { FIRST } from '@lab/state/layout';
import { Observable } from '@lab/state/observable';
import * as React from 'react';

import { json, type Answer } from './fakes';
import { draw, part, settled, tools } from './worlds';

export function server(lists: Record<string, { id: string }[]>, permissions = ['pipelines:read', 'runs:read'], preferences = {}): Answer {
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

export async function sidebar(answer: Answer, visible = true, open: Record<string, boolean> = FIRST.open) {
  const seen = new Observable(visible);
  const layout = new Observable({ ...FIRST, open });
  const world = tools(answer);
  const drawn = draw(<Sidebar layout={layout} seen={seen} />, world);
  await settled();
  return { ...drawn, ...world, seen, layout };
}
