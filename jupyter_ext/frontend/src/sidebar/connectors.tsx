/** The section of connectors; inside each are the streams that it offers. */

import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { connectorsIntrospect, connectorsList, type ConnectorItem, type StreamView } from '../api/operations';
import { counted } from '../parts/times';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { Row, RowAction, RowStar, useUsed } from './row';
import { readStream } from './snippets';
import { pageOf, section, type IRowOf, type ISectionSpec } from './spec';

export function connectors(tools: ITools): ISectionSpec {
  const { trans, client, may } = tools.workbench;
  const title = trans.__('New connector');
  const make = () => void tools.commands.execute(Commands.openPage, { page: 'connect', title });
  return section<ConnectorItem>({
    id: 'connectors',
    title: trans.__('Connectors'),
    permission: 'connectors:list',
    filters: [
      ['', trans.__('All')],
      ['broken', trans.__('Last test failed')]
    ],
    marks: true,
    load: ({ filter, ...page }, signal) =>
      client.call(connectorsList, { ...page, broken: filter === 'broken' }, { signal }),
    Row: ConnectorRow,
    ...(may('connectors:introspect') && { inside: (item: ConnectorItem) => streams(tools, item) }),
    concerns: event => event.object_type === 'connector',
    empty: {
      what: trans.__('No connectors yet.'),
      how: may('connectors:write')
        ? trans.__('A connector reads a database, an API or files.')
        : trans.__('A connector reads a database, an API or files. Ask somebody who may make one.'),
      ...(may('connectors:write') && { action: { label: trans.__('New connector…'), run: make } })
    }
  });
}

function ConnectorRow({ item, enter }: IRowOf<ConnectorItem>): JSX.Element {
  const used = useUsed('connectors', item.id);
  const open = () => {
    used();
    enter();
  };
  return (
    <Row title={item.name} note={item.type} onOpen={open}>
      <RowStar section="connectors" id={item.id} name={item.name} />
    </Row>
  );
}

interface IStream extends StreamView {
  id: string;
  connector: string;
}

/** What a connector offers is asked of it once, and then searched here. */
function streams({ workbench }: ITools, connector: ConnectorItem): ISectionSpec {
  const { trans, client } = workbench;
  let offered: Promise<IStream[]> | null = null;
  const ask = async () => {
    const { items } = await client.call(connectorsIntrospect, { id: connector.id });
    return items.map(stream => ({ ...stream, id: stream.name, connector: connector.name }));
  };
  return section<IStream>({
    id: `connectors.${connector.id}`,
    title: connector.name,
    permission: 'connectors:introspect',
    filters: [],
    marks: false,
    load: async ({ q }) => {
      offered ??= ask().catch(error => {
        offered = null;
        throw error;
      });
      return pageOf(await offered, q);
    },
    Row: StreamRow,
    concerns: () => false,
    empty: { what: trans.__('It offers nothing.'), how: trans.__('Look whether its settings name the right place.') }
  });
}

function StreamRow({ item }: IRowOf<IStream>): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans } = workbench;
  const insert = () => void commands.execute(Commands.insert, { code: readStream(item.connector, item.name) });
  const columns = item.columns.map(column => column.name).join(', ');
  const rows = item.rows === null ? '' : `${trans._n('%2 row', '%2 rows', item.rows, counted(item.rows))} · `;
  return (
    <Row title={item.name} note={item.problem ?? `${rows}${columns}`} onOpen={insert}>
      <RowAction icon={addIcon} label={trans.__('Insert read of %1', item.name)} onPress={insert} />
    </Row>
  );
}
