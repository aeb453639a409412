/** What the plugins of this package share. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import type { Client } from './api/client';
import type { EventStream } from './api/events';
import type { Session } from './state/session';

export const DOMAIN = 'jupyter_workbench';

/** The workbench as the plugins see it. */
export interface IWorkbench {
  readonly client: Client;
  readonly events: EventStream;
  readonly session: Session;
  readonly trans: TranslationBundle;
  /** What is kept in the browser's workspace; nothing is where Notebook 7 brings no such store. */
  readonly kept: IStateDB | null;
}

export const IWorkbench = new Token<IWorkbench>(
  '@jupyter-workbench/lab:IWorkbench',
  'The API of the workbench, and what happens there.'
);

/** The commands, by what they do. */
export const Commands = {
  openSidebar: 'workbench:open-sidebar',
  run: 'workbench:run-pipeline',
  showRun: 'workbench:show-run',
  openDashboard: 'workbench:open-dashboard',
  refresh: 'workbench:refresh'
} as const;
