/** The section of the store's tables; inside each are its columns. */

import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { tablesList, type TableView } from '../api/operations';
import { ago, counted } from '../parts/times';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { Row, RowAction, RowStar } from './row';
import { readTable } from './snippets';
import { pageOf, section, type IRowOf, type ISectionSpec } from './spec';

export function tables(tools: ITools): ISectionSpec {
  const { trans, client } = tools.workbench;
  return section<TableView>({
    id: 'tables',
    title: trans.__('Tables'),
    permission: 'tables:read',
    filters: [],
    marks: true,
    load: ({ filter: _, ...page }, signal) => client.call(tablesList, page, { signal }),
    Row: TableRow,
    inside: item => columns(tools, item),
    concerns: event => event.object_type === 'table',
    empty: {
      what: trans.__('No tables yet.'),
      how: trans.__('Run a pipeline, or call wb.write(frame, "name") in a notebook: it becomes a table with versions.')
    }
  });
}

function TableRow({ item, enter }: IRowOf<TableView>): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans } = workbench;
  const insert = () => void commands.execute(Commands.insert, { code: readTable(item.name) });
  const rows = trans._n('%2 row', '%2 rows', item.rows, counted(item.rows));
  return (
    <Row
      title={item.name}
      note={`${rows} · ${trans.__('version %1', item.current_version ?? '–')} · ${ago(item.updated_at ?? item.created_at)}`}
      onOpen={enter}
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
