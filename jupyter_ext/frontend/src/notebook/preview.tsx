/** Under the parameters cell: that it is one, and on demand the form that it makes. */

import * as React from 'react';

import { pipelinesInspect } from '../api/operations';
import { Trouble } from '../api/trouble';
import type { ISeen } from '../parts/panel';
import { useTools } from '../parts/tools';
import { TroubleNote } from '../parts/trouble';
import { ParameterForm } from '../run/parameters';
import { formOf, type IForm, type IParameters } from '../run/schema';

export interface IPreviewProps {
  /** Of the notebook, as the server calls it. */
  address: string;
}

export function Preview({ address }: IPreviewProps & ISeen): JSX.Element {
  const { workbench, notebooks } = useTools();
  const { trans, client } = workbench;
  const [shown, setShown] = React.useState<IForm | Trouble | null>(null);
  const look = () => {
    notebooks
      .reach(address)
      .then(path => client.call(pipelinesInspect, { path, notebook: notebooks.content(path) }))
      .then(seen => setShown(formOf(seen.parameters as IParameters)))
      .catch(error => setShown(Trouble.of(error)));
  };
  const open = shown !== null;
  return (
    <section className="wb-Preview" aria-label={trans.__('Parameters')}>
      <p>
        <strong>{trans.__('Parameters')}</strong>{' '}
        <button className="wb-Preview-toggle" aria-expanded={open} onClick={open ? () => setShown(null) : look}>
          {open ? trans.__('Hide the form') : trans.__('Preview the form')}
        </button>
        {open && (
          <button className="wb-Preview-toggle" onClick={look}>
            {trans.__('Read the cell again')}
          </button>
        )}
      </p>
      {shown instanceof Trouble && <TroubleNote trouble={shown} retry={look} />}
      {open && !(shown instanceof Trouble) && (
        <ParameterForm form={shown} values={{}} onChange={() => undefined} />
      )}
    </section>
  );
}
