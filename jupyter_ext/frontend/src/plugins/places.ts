/** Where things are put: JupyterLab has room for many documents, a window of Notebook 7 for one. */

import { LabShell, type JupyterFrontEnd } from '@jupyterlab/application';

/** Whether the main area takes more than the document that the window is for. */
export function hasRoom(app: JupyterFrontEnd): boolean {
  return app.shell instanceof LabShell;
}

/** The area in which people work beside what is open already. */
export function workArea(app: JupyterFrontEnd): string {
  return hasRoom(app) ? 'main' : 'right';
}
