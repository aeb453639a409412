/** The section of dashboards, and of apps: what notebooks serve. */

import * as React from 'react';

import { appsList, dashboardsList, type DashboardItem } from '../api/operations';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { together } from './lists';
import { Row, RowStar, useUsed } from './row';
import { section, type IRowOf, type ISectionSpec, type Load } from './spec';

interface IShown {
  id: string;
  title: string;
  note: string;
  page: string;
  marked: boolean; // whether it can be starred: what is built in stands first as it is
}

export function dashboards({ commands, workbench }: ITools): ISectionSpec {
  const { trans, client, may } = workbench;
  const boards: Load<IShown> = async ({ filter: _, ...page }, signal) => {
    const found = await client.call(dashboardsList, page, { signal });
    const shown = (each: DashboardItem) => ({
      ...each, id: each.object_id ?? each.id, note: each.description, marked: each.object_id !== null
    });
    return { ...found, items: found.items.map(shown) };
  };
  const apps: Load<IShown> = async ({ filter: _, ...page }, signal) => {
    const found = await client.call(appsList, page, { signal });
    const noted = (about: string) => (about ? `${trans.__('App')} · ${about}` : trans.__('App'));
    return { ...found, items: found.items.map(each => ({ ...each, note: noted(each.description), marked: true })) };
  };
  const lists = [{ value: 'dashboards', label: trans.__('Only dashboards'), load: boards }];
  if (may('pipelines:read')) {
    lists.push({ value: 'apps', label: trans.__('Only apps'), load: apps });
  }
  const title = trans.__('Dashboards');
  const make = () => void commands.execute(Commands.openPage, { page: 'dashboards', title });
  return section<IShown>({
    id: 'dashboards',
    title,
    permission: 'dashboards:view',
    ...together(trans.__('All'), lists),
    marks: true,
    Row: ShownRow,
    concerns: event => event.object_type === 'dashboard' || event.object_type === 'pipeline',
    empty: {
      what: trans.__('No dashboards yet.'),
      how: may('dashboards:write')
        ? trans.__('A dashboard shows tables and saved queries as cards, without code.')
        : trans.__('Somebody who may publish dashboards and apps can share one with you.'),
      ...(may('dashboards:write') && { action: { label: trans.__('Make a dashboard…'), run: make } })
    }
  });
}

function ShownRow({ item }: IRowOf<IShown>): JSX.Element {
  const { commands } = useTools();
  const used = useUsed('dashboards', item.id);
  const open = () => {
    if (item.marked) {
      used();
    }
    void commands.execute(Commands.openPage, { page: item.page, title: item.title });
  };
  return (
    <Row title={item.title} note={item.note} onOpen={open}>
      {item.marked && <RowStar section="dashboards" id={item.id} name={item.title} />}
    </Row>
  );
}
