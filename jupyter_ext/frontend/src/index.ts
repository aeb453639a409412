/** The plugins; what each needs beyond its commands is loaded when it is first used. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { notebookPlugin } from './plugins/notebook';
import { runsPlugin } from './plugins/runs';
import { sidebarPlugin } from './plugins/sidebar';
import { signOutPlugin } from './plugins/signout';
import { workbenchPlugin } from './plugins/workbench';

export { IWorkbenchTools } from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [workbenchPlugin, sidebarPlugin, runsPlugin, notebookPlugin, signOutPlugin];
export default plugins;
