/** The section of pipelines. */

import { runIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { pipelinesList, type PipelineView } from '../api/operations';
import { ago } from '../parts/times';
import { useTools, type ITools } from '../parts/tools';
import { Commands } from '../tokens';
import { Row, RowAction, RowStar } from './row';
import { section, type IRowOf, type ISectionSpec } from './spec';

export function pipelines({ workbench, commands }: ITools): ISectionSpec {
  const { trans, client } = workbench;
  return section<PipelineView>({
    id: 'pipelines',
    title: trans.__('Pipelines'),
    permission: 'pipelines:read',
    filters: [
      ['', trans.__('Changed last')],
      ['name', trans.__('By name')],
      ['archived', trans.__('Archived')]
    ],
    marks: true,
    load: ({ filter, ...page }, signal) =>
      client.call(
        pipelinesList,
        { ...page, sort: filter === 'name' ? 'name' : '-updated_at', archived: filter === 'archived' },
        { signal }
      ),
    Row: PipelineRow,
    concerns: event => event.object_type === 'pipeline',
    empty: {
      what: trans.__('No pipelines yet.'),
      how: trans.__('A pipeline is a notebook that others can run. Open one and choose “Add to Catalog…” in its toolbar.'),
      ...(commands.hasCommand('launcher:create') && {
        action: { label: trans.__('Open a notebook…'), run: () => void commands.execute('filebrowser:activate') }
      })
    }
  });
}

function PipelineRow({ item }: IRowOf<PipelineView>): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans, may } = workbench;
  const run = () => void commands.execute(Commands.run, { pipeline: item.name });
  return (
    <Row
      title={item.title || item.name}
      note={`${item.name} · ${trans.__('version %1', item.current_version)} · ${ago(item.updated_at)}`}
      onOpen={run}
    >
      <RowStar section="pipelines" id={item.id} name={item.name} />
      {may('runs:start') && item.archived_at === null && (
        <RowAction icon={runIcon} label={trans.__('Run %1', item.name)} onPress={run} />
      )}
    </Row>
  );
}
