/** Start a pipeline: its form, with the values of the last time, and which version it runs. */

import * as React from 'react';

import { pipelinesRegister } from '../api/operations';
import { Trouble } from '../api/trouble';
import type { ISeen } from '../parts/panel';
import { useTools } from '../parts/tools';
import { TroubleNote } from '../parts/trouble';
import { Commands, named } from '../tokens';
import { validityOf } from './faults';
import { useNaming } from './naming';
import { ParameterForm } from './parameters';
import { changed, type Values } from './schema';
import { subjectOf, type ISubject, type IWanted } from './subject';

export interface IRunFormProps {
  wanted: IWanted;
  /** The title of the widget follows that of what is run. */
  onSubject: (subject: ISubject) => void;
  /** Called when the run has been started. */
  onStarted: () => void;
}

export function RunForm({ wanted, onSubject, onStarted }: IRunFormProps & ISeen): JSX.Element {
  const tools = useTools();
  const { trans, session } = tools.workbench;
  const [begun, setBegun] = React.useState(wanted);
  const [subject, setSubject] = React.useState<ISubject | Trouble | null>(null);
  const load = React.useCallback(() => {
    setSubject(null);
    session
      .begin()
      .then(() => subjectOf(tools, begun))
      .then(setSubject, error => setSubject(Trouble.of(error)));
  }, [tools, session, begun]);
  React.useEffect(load, [load]);
  React.useEffect(() => {
    if (subject !== null && !(subject instanceof Trouble)) {
      onSubject(subject);
    }
  }, [subject, onSubject]);

  if (subject === null) {
    return <p className="wb-muted wb-Note">{trans.__('Reading…')}</p>;
  }
  if (subject instanceof Trouble) {
    return <TroubleNote trouble={subject} retry={load} />;
  }
  return <Form subject={subject} reload={values => setBegun({ ...wanted, values })} onStarted={onStarted} />;
}

interface IFormProps {
  subject: ISubject;
  /** Find out anew what there is to fill in, and begin with these values. */
  reload: (values: Values) => void;
  onStarted: () => void;
}

function Form(props: IFormProps): JSX.Element {
  const { subject, reload } = props;
  const { trans } = useTools().workbench;
  const [values, setValues] = React.useState(subject.values);
  const [tried, setTried] = React.useState(false);
  const form = useNaming(subject.form, values);
  const validity = React.useMemo(() => validityOf(form, values), [form, values]);
  const { start, starting, trouble } = useStart(props, values);
  const ofFields = trouble?.kind === 'invalid' ? trouble.errors : [];
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (validity === 'fine' && !starting) {
      start();
    }
  };
  const clear = () => {
    setValues({});
    setTried(false);
  };
  return (
    <form className="wb-RunForm" onSubmit={submit} aria-label={trans.__('Run %1', subject.title)} noValidate>
      <h2>{subject.title}</h2>
      {subject.description && <p className="wb-muted">{subject.description}</p>}
      <WhatRuns subject={subject} onRegistered={() => reload(changed(subject.form, values))} />
      {Object.keys(subject.form.schema.properties ?? {}).length === 0 && (
        <p className="wb-muted">{trans.__('There are no parameters to fill in.')}</p>
      )}
      <ParameterForm form={form} values={values} errors={ofFields} tried={tried} onChange={setValues} />
      {trouble && ofFields.length === 0 && <TroubleNote trouble={trouble} retry={start} />}
      <Ways refused={validity === 'wrong' || (tried && validity !== 'fine')} starting={starting} clear={clear} />
    </form>
  );
}

function Ways({ refused, starting, clear }: { refused: boolean; starting: boolean; clear: () => void }): JSX.Element {
  const { trans } = useTools().workbench;
  return (
    <footer>
      <button type="submit" className="jp-mod-styled jp-mod-accept" disabled={refused || starting}>
        {starting ? trans.__('Starting…') : trans.__('Run')}
      </button>
      <button type="button" className="jp-mod-styled jp-mod-reject" onClick={clear}>
        {trans.__('Defaults')}
      </button>
      <span role="status">{refused ? trans.__('Mend the marked fields first.') : ''}</span>
    </footer>
  );
}

function useStart({ subject, onStarted }: IFormProps, values: Values) {
  const { workbench, commands } = useTools();
  const [starting, setStarting] = React.useState(false);
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const start = async () => {
    setStarting(true);
    setTrouble(null);
    try {
      const run = await subject.start(values);
      workbench.following.follow(run);
      if (subject.pipeline) {
        // That these are not remembered is no reason to disturb anybody.
        void workbench.preferences.rememberValues(subject.pipeline.id, values).catch(() => undefined);
        void workbench.preferences.used('pipelines', subject.pipeline.id).catch(() => undefined);
      }
      onStarted();
      // After the form has gone: a side panel, as in Notebook 7, closes with what it shows.
      void commands.execute(Commands.showRun, named(run));
    } catch (error) {
      setTrouble(Trouble.of(error));
      setStarting(false);
    }
  };
  return { start: () => void start(), starting, trouble };
}

/** Says which version runs, and offers to register the file where that has changed or is in no catalog. */
function WhatRuns({ subject, onRegistered }: { subject: ISubject; onRegistered: () => void }): JSX.Element {
  const { workbench, notebooks } = useTools();
  const { trans, client } = workbench;
  const [trouble, setTrouble] = React.useState<Trouble | null>(null);
  const { file, pipeline, version } = subject;
  if (file === null) {
    return <p className="wb-muted">{trans.__('Runs version %1.', version)}</p>;
  }
  const register = () =>
    notebooks
      .save(file)
      .then(() => client.call(pipelinesRegister, { path: file }))
      .then(onRegistered, error => setTrouble(Trouble.of(error)));
  return (
    <div className="wb-Notice" role="note">
      <p>
        {pipeline
          ? trans.__('Runs version %1; the file %2 has changed since.', version, file)
          : trans.__('%1 is in no catalog: it runs once, as it is now.', file)}
      </p>
      <button type="button" className="jp-mod-styled jp-mod-minimal" onClick={() => void register()}>
        {pipeline
          ? trans.__('Register it as version %1', pipeline.current_version + 1)
          : trans.__('Add it to the catalog')}
      </button>
      {trouble && <TroubleNote trouble={trouble} retry={() => void register()} />}
    </div>
  );
}
