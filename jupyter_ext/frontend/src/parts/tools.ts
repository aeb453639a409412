/** What components need from their surroundings. */

import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { IWorkbench } from '../tokens';

export interface ITools {
  workbench: IWorkbench;
  commands: CommandRegistry;
  /** The address of the server. */
  baseUrl: string;
  /** Open one of the workbench's own pages beside JupyterLab. */
  openPage: (path: string, query: Record<string, string>) => void;
}

export const Tools = React.createContext<ITools | null>(null);

/** What the surroundings gave. */
export function useTools(): ITools {
  const tools = React.useContext(Tools);
  if (tools === null) {
    throw new Error('This component belongs inside <Tools.Provider>.');
  }
  return tools;
}
