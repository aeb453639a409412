/** The section of dashboards. */

import * as React from 'react';

import { dashboardsList, type DashboardItem } from '../api/operations';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { Row } from './row';
import { section, type IRowOf, type ISectionSpec } from './spec';

export function dashboards({ workbench }: ITools): ISectionSpec {
  const { trans, client } = workbench;
  return section<DashboardItem>({
    id: 'dashboards',
    title: trans.__('Dashboards'),
    permission: 'dashboards:view',
    filters: [],
    marks: false,
    load: ({ filter: _, ids: __, ...page }, signal) => client.call(dashboardsList, page, { signal }),
    Row: DashboardRow,
    concerns: event => event.object_type === 'dashboard',
    empty: {
      what: trans.__('No dashboards yet.'),
      how: trans.__('Somebody who may publish dashboards can share one with you.')
    }
  });
}

function DashboardRow({ item }: IRowOf<DashboardItem>): JSX.Element {
  const { commands } = useTools();
  const open = () => void commands.execute(Commands.openPage, { page: item.page, title: item.title });
  return <Row title={item.title} note={item.description} onOpen={open} />;
}
