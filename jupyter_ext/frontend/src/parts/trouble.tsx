/** A sentence about what went wrong, and a way out. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Trouble } from '../api/trouble';
import { useTools } from './tools';

export function TroubleNote(props: { trouble: Trouble; retry: () => void }): JSX.Element {
  const { trouble, retry } = props;
  const said = wordsOf(trouble, useTools().workbench.trans);
  const { code, correlation } = trouble.more;
  return (
    <div className="wb-Trouble" role="alert" data-kind={trouble.kind}>
      <p className="wb-Trouble-what">{said.what}</p>
      {said.how && <p>{said.how}</p>}
      <p className="wb-Trouble-ways">
        {said.signIn && <SignIn />}
        <button className="jp-mod-styled jp-mod-minimal" onClick={retry}>
          {said.again}
        </button>
      </p>
      {correlation && (
        <p className="wb-muted">
          {code} · {correlation}
        </p>
      )}
    </div>
  );
}

interface IWords {
  what: string;
  how: string;
  again: string;
  signIn?: boolean;
}

/** What is said of it, in the person's language; what the server answers is said as it comes. */
export function wordsOf(trouble: Trouble, trans: TranslationBundle): IWords {
  const again = trans.__('Try again');
  switch (trouble.kind) {
    case 'signed-out':
      return { what: trans.__('Your session has ended.'), how: trans.__('Sign in again in a tab of its own and come back; what is open here stays.'), again, signIn: true };
    case 'refused':
      return { what: trouble.detail, how: trouble.fix, again };
    case 'no-extension':
      return {
        what: trans.__('This server does not have the workbench.'),
        how: trans.__('Install jupyter-workbench where Jupyter runs, or enable it with “jupyter server extension enable jupyter_ext”, and start the server again.'),
        again
      };
    case 'unreachable':
      return { what: trans.__('The server does not answer.'), how: trans.__('It may have been stopped, or the network is gone.'), again };
    default:
      return { what: trouble.detail, how: trouble.fix, again };
  }
}

function SignIn(): JSX.Element {
  const { signInUrl, workbench } = useTools();
  return (
    <a className="jp-mod-styled wb-button-link" href={signInUrl} target="_blank" rel="noreferrer">
      {workbench.trans.__('Sign in')}
    </a>
  );
}
