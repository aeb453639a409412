/** What components need from their surroundings. */

import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { IWorkbench } from '../tokens';

type Json = Record<string, unknown>;

/** Notebooks, by their path within the workspace that is shown. */
export interface INotebooks {
  /** Show the workspace in which a file of the server lies, and answer its path there. */
  reach(address: string): Promise<string>;
  /** What an open notebook holds, saved or not; null where it is not open. */
  content(path: string): Json | null;
  /** Save a notebook where it is open and has changed. */
  save(path: string): Promise<void>;
  /** What the file holds. */
  read(path: string): Promise<Json>;
  /** Put code into the current cell of the current notebook; false where there is none. */
  insert(code: string): boolean;
  /** Those of one workspace, whatever is shown meanwhile. */
  within(workspace: string): INotebooks;
}

export interface ITools {
  workbench: IWorkbench;
  commands: CommandRegistry;
  notebooks: INotebooks;
  /** The address of the server, and within it the one where people sign in. */
  baseUrl: string;
  signInUrl: string;
}

export const Tools = React.createContext<ITools | null>(null);

/** The same, in one workspace for good, whatever is shown meanwhile; that which is shown now where none is named. */
export function within(tools: ITools, workspace?: string): ITools {
  const { workbench } = tools;
  const name = workspace ?? workbench.client.workspace;
  const client = workbench.client.within(name);
  const preferences = workbench.preferences.within(client);
  const may = (permission: string) => workbench.session.may(permission, name);
  return { ...tools, workbench: { ...workbench, client, preferences, may }, notebooks: tools.notebooks.within(name) };
}

/** What the surroundings gave. */
export function useTools(): ITools {
  const tools = React.useContext(Tools);
  if (tools === null) {
    throw new Error('This component belongs inside <Tools.Provider>.');
  }
  return tools;
}
