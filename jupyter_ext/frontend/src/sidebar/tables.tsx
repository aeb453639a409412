/** The section of the store's tables, inside each its columns, and of saved queries. */

import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { queriesList, tablesList, type QueryView, type TableView } from '../api/operations';
import { ago, counted } from '../parts/times';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { together } from './lists';
import { QueryRow } from './queries';
import { Row, RowAction, RowStar, useUsed } from './row';
import { readTable } from './snippets';
import { pageOf, section, type IRowOf, type ISectionSpec, type Load } from './spec';

/** What can be read: a table, or a saved query. */
type Read = TableView | QueryView;

export function tables(tools: ITools): ISectionSpec {
  const { trans, client, may } = tools.workbench;
  const stored: Load<Read> = ({ filter: _, ...page }, signal) => client.call(tablesList, page, { signal });
  const saved: Load<Read> = ({ filter: _, ...page }, signal) => client.call(queriesList, page, { signal });
  const lists = [{ value: 'tables', label: trans.__('Only tables'), load: stored }];
  if (may('queries:view')) {
    lists.push({ value: 'queries', label: trans.__('Only saved queries'), load: saved });
  }
  return section<Read>({
    id: 'tables',
    title: trans.__('Tables'),
    permission: 'tables:read',
    ...together(trans.__('All'), lists),
    marks: true,
    Row: ReadRow,
    inside: item => columns(tools, item as TableView),
    concerns: event => event.object_type === 'table' || event.object_type === 'query',
    empty: {
      what: trans.__('No tables yet.'),
      how: trans.__('Run a pipeline, or call wb.write(frame, "name") in a notebook: it becomes a table with versions.')
    }
  });
}

function ReadRow({ item, enter }: IRowOf<Read>): JSX.Element {
  return 'columns' in item ? <TableRow item={item} enter={enter} /> : <QueryRow item={item} />;
}

function TableRow({ item, enter }: IRowOf<TableView>): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans } = workbench;
  const used = useUsed('tables', item.id);
  const insert = () => {
    used();
    void commands.execute(Commands.insert, { code: readTable(item.name) });
  };
  const open = () => {
    used();
    enter();
  };
  const rows = trans._n('%2 row', '%2 rows', item.rows, counted(item.rows));
  return (
    <Row
      title={item.name}
      note={`${rows} · ${trans.__('version %1', item.current_version ?? '–')} · ${ago(item.updated_at ?? item.created_at)}`}
      onOpen={open}
    >
      <RowStar section="tables" id={item.id} name={item.name} />
      <RowAction icon={addIcon} label={trans.__('Insert read of %1', item.name)} onPress={insert} />
    </Row>
  );
}

interface IColumn {
  id: string;
  type: string;
  table: string;
}

function columns({ workbench }: ITools, table: TableView): ISectionSpec {
  const { trans } = workbench;
  const all = table.columns.map(column => ({ id: column.name, type: column.type, table: table.name }));
  return section<IColumn>({
    id: `tables.${table.id}`,
    title: table.name,
    permission: 'tables:read',
    filters: [],
    marks: false,
    load: async ({ q }) => pageOf(all, q),
    Row: ColumnRow,
    concerns: () => false,
    empty: { what: trans.__('It has no columns yet.'), how: trans.__('Nothing has been written to it.') }
  });
}

function ColumnRow({ item }: IRowOf<IColumn>): JSX.Element {
  const { commands, workbench } = useTools();
  const label = workbench.trans.__('Insert read of %1', `${item.table}.${item.id}`);
  const insert = () => void commands.execute(Commands.insert, { code: readTable(item.table, [item.id]) });
  return (
    <Row title={item.id} note={item.type} onOpen={insert}>
      <RowAction icon={addIcon} label={label} onPress={insert} />
    </Row>
  );
}
