/** Provides the API and what happens there to all other plugins. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Client } from '../api/client';
import { EventStream } from '../api/events';
import { OpenNotebooks } from '../notebook/open';
import { Following } from '../state/following';
import { Preferences } from '../state/preferences';
import { Session } from '../state/session';
import { Settings } from '../state/settings';
import { DOMAIN, IWorkbenchTools } from '../tokens';

export const workbenchPlugin: JupyterFrontEndPlugin<IWorkbenchTools> = {
  id: '@jupyter-workbench/lab:workbench',
  description: 'Provides the API of the workbench, and what happens there.',
  autoStart: true,
  provides: IWorkbenchTools,
  optional: [ITranslator, IStateDB, INotebookTracker, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    kept: IStateDB | null,
    tracker: INotebookTracker | null,
    registry: ISettingRegistry | null
  ) => {
    const { serverSettings, contents } = app.serviceManager;
    const client = new Client(serverSettings);
    const events = new EventStream(serverSettings);
    const session = new Session(client, kept);
    const workbench = {
      client,
      events,
      session,
      may: (permission: string) => session.may(permission, client.workspace),
      preferences: new Preferences(client),
      following: new Following(client, events, kept),
      settings: new Settings(),
      trans: (translator ?? nullTranslator).load(DOMAIN),
      kept
    };
    void registry?.load(workbenchPlugin.id).then(found => {
      const take = () => workbench.settings.take(found.composite as Record<string, unknown>);
      found.changed.connect(take);
      take();
    });
    // A team's server has a folder for each workspace, and a sign-in page of its own.
    const foldered = PageConfig.getOption('workbenchFolders') === 'true';
    const notebooks = new OpenNotebooks(tracker, contents, session, foldered);
    const { baseUrl } = serverSettings;
    const signInUrl = URLExt.join(baseUrl, PageConfig.getOption('workbenchLogin') || 'login');
    return { workbench, commands: app.commands, notebooks, baseUrl, signInUrl };
  }
};
