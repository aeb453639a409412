/** The section of dashboards, and of apps: what notebooks serve. */

import * as React from 'react';

import { appsList, dashboardsList } from '../api/operations';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { together } from './lists';
import { Row } from './row';
import { section, type IRowOf, type ISectionSpec, type Load } from './spec';

interface IShown {
  id: string;
  title: string;
  note: string;
  page: string;
}

export function dashboards({ workbench }: ITools): ISectionSpec {
  const { trans, client, may } = workbench;
  const boards: Load<IShown> = async ({ filter: _, ids: __, ...page }, signal) => {
    const found = await client.call(dashboardsList, page, { signal });
    return { ...found, items: found.items.map(each => ({ ...each, note: each.description })) };
  };
  const apps: Load<IShown> = async ({ filter: _, ids: __, ...page }, signal) => {
    const found = await client.call(appsList, page, { signal });
    const noted = (about: string) => (about ? `${trans.__('App')} · ${about}` : trans.__('App'));
    return { ...found, items: found.items.map(each => ({ ...each, note: noted(each.description) })) };
  };
  const lists = [{ value: 'dashboards', label: trans.__('Only dashboards'), load: boards }];
  if (may('pipelines:read')) {
    lists.push({ value: 'apps', label: trans.__('Only apps'), load: apps });
  }
  return section<IShown>({
    id: 'dashboards',
    title: trans.__('Dashboards'),
    permission: 'dashboards:view',
    ...together(trans.__('All'), lists),
    marks: false,
    Row: ShownRow,
    concerns: event => event.object_type === 'dashboard' || event.object_type === 'pipeline',
    empty: {
      what: trans.__('No dashboards yet.'),
      how: trans.__('Somebody who may publish dashboards and apps can share one with you.')
    }
  });
}

function ShownRow({ item }: IRowOf<IShown>): JSX.Element {
  const { commands } = useTools();
  const open = () => void commands.execute(Commands.openPage, { page: item.page, title: item.title });
  return <Row title={item.title} note={item.note} onOpen={open} />;
}
