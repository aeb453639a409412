/** The section of pipelines. */

import * as React from 'react';

import { pipelinesList, type PipelineView } from '../api/operations';
import { useTools, type ITools } from '../parts/tools';
import { ago } from '../parts/times';
import { Row } from './row';
import { section, type ISectionSpec } from './spec';

export function pipelines({ workbench }: ITools): ISectionSpec {
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
      how: trans.__('Open a notebook and choose “Add to catalog…” in its toolbar: it becomes a pipeline that others can run.')
    }
  });
}

function PipelineRow({ item }: { item: PipelineView }): JSX.Element {
  const { workbench, openPage } = useTools();
  const { trans } = workbench;
  return (
    <Row
      title={item.title || item.name}
      note={`${item.name} · ${trans.__('version %1', item.current_version)} · ${ago(item.updated_at)}`}
      onOpen={() => openPage('home', { pipeline: item.name })}
    />
  );
}
