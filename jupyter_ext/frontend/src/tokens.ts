/** What the plugins of this package share. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';

import type { Client } from './api/client';
import type { EventStream } from './api/events';
import type { ITools } from './parts/tools';
import type { Following } from './state/following';
import type { Preferences } from './state/preferences';
import type { Session } from './state/session';
import type { Settings } from './state/settings';

export const DOMAIN = 'jupyter_workbench';

/** The workbench as the plugins see it. */
export interface IWorkbench {
  readonly client: Client;
  readonly events: EventStream;
  readonly session: Session;
  /** Whether the person holds a permission in the workspace of `client`, at any level. */
  readonly may: (permission: string) => boolean;
  readonly preferences: Preferences;
  readonly following: Following;
  readonly settings: Settings;
  readonly trans: TranslationBundle;
  /** What is kept in the browser's workspace; nothing is where Notebook 7 brings no such store. */
  readonly kept: IStateDB | null;
}

export const IWorkbenchTools = new Token<ITools>(
  '@jupyter-workbench/lab:IWorkbenchTools',
  'The API of the workbench, and what happens there.'
);
export type IWorkbenchTools = ITools;

/** What says which run is meant, wherever it lies. */
export interface INamesRun {
  readonly id: string;
  readonly workspace: string;
}

/** The arguments of a command that is about a run. */
export function named({ id, workspace }: INamesRun): { run: string; workspace: string } {
  return { run: id, workspace };
}

/** The commands, by what they do. */
export const Commands = {
  openSidebar: 'workbench:open-sidebar',
  /** `{pipeline}` or `{path}`, and perhaps `{values}`. */
  run: 'workbench:run-pipeline',
  /** `named(run)`, as those below. */
  showRun: 'workbench:show-run',
  openOutput: 'workbench:open-output',
  openLatest: 'workbench:show-latest-run',
  retry: 'workbench:retry-run',
  runAgain: 'workbench:run-again',
  /** `{page}`. */
  openPage: 'workbench:open-page',
  /** `{code}`. */
  insert: 'workbench:insert-read',
  runNotebook: 'workbench:run-notebook',
  addToCatalog: 'workbench:add-to-catalog'
} as const;
