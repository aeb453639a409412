/** What an executed notebook is of: the run's status, version and parameters, and the ways to them. */

import * as React from 'react';

import type { RunView } from '../api/operations';
import type { ISeen } from '../parts/panel';
import { StatusMark } from '../parts/status';
import { took } from '../parts/times';
import { useTools } from '../parts/tools';
import { Commands, named } from '../tokens';

export interface IHeaderProps {
  run: RunView;
  /** Go to the cell that failed, where one did. */
  onFailure: (() => void) | null;
}

export function Header({ run, onFailure }: IHeaderProps & ISeen): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans, may } = workbench;
  const given = Object.entries(run.parameters).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const lasted = run.started_at && run.finished_at ? Date.parse(run.finished_at) - Date.parse(run.started_at) : null;
  const version = run.pipeline_version === null ? '' : ` · ${trans.__('version %1', run.pipeline_version)}`;
  return (
    <header className="wb-OutputHeader" role="region" aria-label={trans.__('About this notebook')}>
      <p>
        <strong>{run.title}</strong>
        {version} · <StatusMark status={run.status} />
        {lasted !== null && ` · ${took(lasted)}`} · {trans.__('read only')}
      </p>
      {given.length > 0 && <p className="wb-OutputHeader-given" dir="ltr">{given.join('   ')}</p>}
      {run.error && (
        <p className="wb-error">
          {run.error.name}: {run.error.message}
        </p>
      )}
      <p className="wb-Ways">
        {onFailure && (
          <button className="jp-mod-styled jp-mod-minimal" onClick={onFailure}>
            {trans.__('Show the failing cell')}
          </button>
        )}
        <button className="jp-mod-styled jp-mod-minimal" onClick={() => void commands.execute(Commands.showRun, named(run))}>
          {trans.__('Show the run')}
        </button>
        {run.pipeline_id && may('runs:start') && (
          <button className="jp-mod-styled jp-mod-minimal" onClick={() => void commands.execute(Commands.runAgain, named(run))}>
            {trans.__('Run with other values…')}
          </button>
        )}
      </p>
    </header>
  );
}
