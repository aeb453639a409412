/** The left sidebar. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { workbenchIcon } from '../icons';
import { SidebarWidget } from '../sidebar/widget';
import { Commands, IWorkbench } from '../tokens';

const RANK = 150;

export const sidebarPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-workbench/lab:sidebar',
  description: 'Pipelines, runs, connectors, tables and dashboards in the left sidebar.',
  autoStart: true,
  requires: [IWorkbench],
  optional: [ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    workbench: IWorkbench,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const { trans } = workbench;
    const { baseUrl } = app.serviceManager.serverSettings;
    const openPage = (path: string, query: Record<string, string>) => {
      const page = `${baseUrl}workbench/apps/${workbench.client.workspace}/${path}`;
      window.open(`${page}?${new URLSearchParams(query)}`, '_blank', 'noopener');
    };
    const sidebar = new SidebarWidget({ workbench, commands: app.commands, baseUrl, openPage });
    app.commands.addCommand(Commands.openSidebar, {
      label: trans.__('Open the Workbench Sidebar'),
      caption: trans.__('Pipelines, runs, connectors, tables and dashboards'),
      icon: workbenchIcon,
      execute: () => app.shell.activateById(sidebar.id)
    });
    palette?.addItem({ command: Commands.openSidebar, category: trans.__('Workbench') });
    app.shell.add(sidebar, 'left', { rank: RANK });
    restorer?.add(sidebar, sidebar.id);
    void sidebar.restore(); // the store answers only when all plugins are there
  }
};
