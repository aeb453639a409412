/** The section of runs. */

import * as React from 'react';

import { runsList, type RunsListRequest, type RunView, type Status } from '../api/operations';
import { StatusMark } from '../parts/status';
import { ago, took } from '../parts/times';
import { useTools, type ITools } from '../parts/tools';
import { hasEnded } from '../state/following';
import { Commands, named } from '../tokens';
import { Row } from './row';
import { section, type IRowOf, type ISectionSpec } from './spec';

export function runs({ workbench }: ITools): ISectionSpec {
  const { trans, client } = workbench;
  return section<RunView>({
    id: 'runs',
    title: trans.__('Runs'),
    permission: 'runs:read',
    filters: [
      ['', trans.__('All')],
      ['active', trans.__('Active')],
      ['mine', trans.__('Mine')],
      ['failed', trans.__('Failed')],
      ['succeeded', trans.__('Succeeded')]
    ],
    marks: false,
    load: ({ filter, ...page }, signal) => client.call(runsList, { ...page, ...narrowed(filter) }, { signal }),
    Row: RunRow,
    concerns: event => event.object_type === 'run',
    empty: {
      what: trans.__('No runs yet.'),
      how: trans.__('Choose a pipeline above and run it; every run is kept here with its log and its notebook.')
    }
  });
}

function narrowed(filter = ''): Partial<RunsListRequest> {
  return filter === 'active' || filter === 'mine' ? { [filter]: true } : { status: (filter as Status) || null };
}

function RunRow({ item }: IRowOf<RunView>): JSX.Element {
  const { commands } = useTools();
  const open = () => void commands.execute(Commands.showRun, named(item));
  return <Row title={item.title} note={<RunNote run={item} />} onOpen={open} />;
}

function RunNote({ run }: { run: RunView }): JSX.Element {
  const cells = hasEnded(run.status) || run.cells_total === null ? '' : ` ${run.cells_done}/${run.cells_total}`;
  const lasted = run.started_at && run.finished_at ? Date.parse(run.finished_at) - Date.parse(run.started_at) : null;
  return (
    <>
      <StatusMark status={run.status} />
      {cells} · {ago(run.submitted_at)}
      {lasted !== null && ` · ${took(lasted)}`}
    </>
  );
}
