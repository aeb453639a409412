/** Saved queries, which stand after the tables: they are read alike. */

import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { queriesShow, type QueryView } from '../api/operations';
import { ago } from '../parts/times';
import { useTools } from '../parts/tools';
import { Commands } from '../tokens';
import { Row, RowAction, RowStar, useUsed } from './row';
import { askQuery } from './snippets';

/** A saved query: opens its page, and inserts a call with the values that it asks for. */
export function QueryRow({ item }: { item: QueryView }): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans, client } = workbench;
  const used = useUsed('tables', item.id);
  const open = () => {
    used();
    void commands.execute(Commands.openPage, { page: `queries/${item.name}`, title: item.title });
  };
  const insert = async () => {
    used();
    // What cannot be shown can still be named; whoever runs the cell is told why.
    const parameters = await client.call(queriesShow, { id: item.id }).then(shown => shown.parameters, () => []);
    await commands.execute(Commands.insert, { code: askQuery(item.name, parameters) });
  };
  return (
    <Row title={item.title} note={trans.__('Saved query · %1 · %2', item.name, ago(item.updated_at))} onOpen={open}>
      <RowStar section="tables" id={item.id} name={item.title} />
      <RowAction icon={addIcon} label={trans.__('Insert read of %1', item.title)} onPress={() => void insert()} />
    </Row>
  );
}
