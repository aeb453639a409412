/** A run as it goes: how far it is, what it writes and prints, and what can be done with it. */

import * as React from 'react';

import { runsCancel, type RunView } from '../api/operations';
import { Trouble } from '../api/trouble';
import { Connection } from '../parts/connection';
import type { ISeen } from '../parts/panel';
import { called } from '../parts/people';
import { StatusMark } from '../parts/status';
import { took } from '../parts/times';
import { useTools } from '../parts/tools';
import { TroubleNote } from '../parts/trouble';
import { hasEnded } from '../state/following';
import { useValue, type Observable } from '../state/observable';
import { Commands, named } from '../tokens';
import { Log } from './log';
import { Results } from './results';

export interface ILiveRunProps {
  id: string;
  /** The title of the widget follows the run's. */
  onRun: (run: RunView) => void;
}

export function LiveRun({ id, onRun, seen }: ILiveRunProps & ISeen): JSX.Element {
  const { trans } = useTools().workbench;
  const { run, trouble, again } = useRun(id, seen);
  React.useEffect(() => {
    if (run) {
      onRun(run);
    }
  }, [run, onRun]);
  if (run === null) {
    return trouble ? <TroubleNote trouble={trouble} retry={again} /> : <p className="wb-muted wb-Note">{trans.__('Reading…')}</p>;
  }
  const ended = hasEnded(run.status);
  const lost = ended
    ? trans.__('The connection is lost and is tried again; the run had ended before.')
    : trans.__('The connection is lost and is tried again; the run goes on.');
  return (
    <article className="wb-Run" aria-label={trans.__('Run of %1', run.title)}>
      <Head run={run} />
      <Connection lost={lost} />
      {ended ? <Outcome run={run} /> : <Progress run={run} />}
      <Results run={run} />
      <Log run={run} seen={seen} />
    </article>
  );
}

/** The run as it is now; nothing is asked for while nobody sees it. */
function useRun(id: string, seen: Observable<boolean>) {
  const { client, following, session } = useTools().workbench;
  const visible = useValue(seen);
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const [run, setRun] = React.useState<RunView | null>(null);
  const again = React.useCallback(() => {
    setTrouble(null);
    session
      .begin()
      .then(() => following.read(id, client.workspace))
      .catch(error => setTrouble(Trouble.of(error)));
  }, [client, following, session, id]);
  React.useEffect(() => {
    if (!visible) {
      return;
    }
    const watched = following.watch(id);
    const take = () => setRun(watched.run.value);
    watched.run.changed.connect(take);
    take();
    again();
    return () => {
      watched.run.changed.disconnect(take);
      watched.done.dispose();
    };
  }, [following, id, visible, again]);
  return { run, trouble, again };
}

function Head({ run }: { run: RunView }): JSX.Element {
  const { trans } = useTools().workbench;
  return (
    <header>
      <h2>{run.title}</h2>
      <p>
        <StatusMark status={run.status} /> · <Elapsed run={run} />
        <span className="wb-muted">
          {run.pipeline_version !== null && <> · {trans.__('version %1', run.pipeline_version)}</>}
          {run.attempt > 1 && <> · {trans.__('attempt %1', run.attempt)}</>} · {called(run.submitted_by, trans)}
        </span>
      </p>
    </header>
  );
}

/** How long it has run, told each second while it does. */
function Elapsed({ run }: { run: RunView }): JSX.Element {
  const [now, setNow] = React.useState(Date.now());
  const going = !hasEnded(run.status);
  React.useEffect(() => {
    if (going) {
      const timer = window.setInterval(() => setNow(Date.now()), 1000);
      return () => window.clearInterval(timer);
    }
    return undefined;
  }, [going]);
  const began = Date.parse(run.started_at ?? run.submitted_at);
  return <span className="wb-figure">{took((run.finished_at ? Date.parse(run.finished_at) : now) - began)}</span>;
}

function Progress({ run }: { run: RunView }): JSX.Element {
  const { workbench } = useTools();
  const { trans, may, client } = workbench;
  const [cancelling, setCancelling] = React.useState(false);
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const cancel = () => {
    setCancelling(true);
    client.call(runsCancel, { id: run.id }).catch(error => {
      setCancelling(false);
      setTrouble(Trouble.of(error));
    });
  };
  return (
    <section className="wb-Progress">
      <Cells run={run} />
      {may('runs:cancel') && (
        <button className="jp-mod-styled jp-mod-warn" onClick={cancel} disabled={cancelling || run.status === 'committing'}>
          {cancelling ? trans.__('Stopping…') : trans.__('Cancel')}
        </button>
      )}
      {trouble && <TroubleNote trouble={trouble} retry={cancel} />}
    </section>
  );
}

function Cells({ run }: { run: RunView }): JSX.Element {
  const { trans } = useTools().workbench;
  const { cells_total: total, cells_done: done, current_cell: cell } = run;
  const waits = run.status === 'queued' ? trans.__('It starts as soon as there is room.') : trans.__('Starting…');
  const words =
    total === null
      ? waits
      : cell
        ? trans.__('Cell %1 of %2', cell.number, total)
        : trans.__('%1 of %2 cells done', done, total);
  return (
    <div className="wb-Cells">
      <p role="status">{words}</p>
      <progress aria-label={trans.__('Cells done')} max={total ?? 1} value={total === null ? undefined : done} />
      {cell?.first_line && <code dir="ltr">{cell.first_line}</code>}
    </div>
  );
}

function Outcome({ run }: { run: RunView }): JSX.Element {
  const { commands, workbench } = useTools();
  const { trans, may } = workbench;
  const open = (command: string, more: object = {}) => () => void commands.execute(command, { ...named(run), ...more });
  const { error } = run;
  return (
    <section>
      {error && (
        <div className="wb-Trouble" role="alert">
          <p className="wb-Trouble-what">
            {error.name}: {error.message}
          </p>
          {error.fix && <p>{error.fix}</p>}
        </div>
      )}
      <p className="wb-Ways">
        {error?.cell && may('runs:logs') && (
          <button className="jp-mod-styled jp-mod-accept" onClick={open(Commands.openOutput, { cell: error.cell })}>
            {trans.__('Show the failing cell')}
          </button>
        )}
        {run.output_path && (
          <button className="jp-mod-styled jp-mod-minimal" onClick={open(Commands.openOutput)}>
            {trans.__('Open output')}
          </button>
        )}
        {may('runs:retry') && (
          <button className="jp-mod-styled jp-mod-minimal" onClick={open(Commands.retry)}>
            {trans.__('Retry')}
          </button>
        )}
        {run.pipeline_id && may('runs:start') && (
          <button className="jp-mod-styled jp-mod-minimal" onClick={open(Commands.runAgain)}>
            {trans.__('Run with other values…')}
          </button>
        )}
      </p>
    </section>
  );
}
