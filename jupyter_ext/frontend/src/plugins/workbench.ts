/** Provides the API and what happens there to all other plugins. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Client } from '../api/client';
import { EventStream } from '../api/events';
import { Session } from '../state/session';
import { DOMAIN, IWorkbench } from '../tokens';

export const workbenchPlugin: JupyterFrontEndPlugin<IWorkbench> = {
  id: '@jupyter-workbench/lab:workbench',
  description: 'Provides the API of the workbench, and what happens there.',
  autoStart: true,
  provides: IWorkbench,
  optional: [ITranslator, IStateDB],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null, kept: IStateDB | null) => {
    const settings = app.serviceManager.serverSettings;
    const client = new Client(settings);
    return {
      client,
      events: new EventStream(settings),
      session: new Session(client),
      trans: (translator ?? nullTranslator).load(DOMAIN),
      kept
    };
  }
};
