/** The plugins; what each needs beyond its commands is loaded when it is first used. */

import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { sidebarPlugin } from './plugins/sidebar';
import { workbenchPlugin } from './plugins/workbench';

export { IWorkbench } from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [workbenchPlugin, sidebarPlugin];
export default plugins;
