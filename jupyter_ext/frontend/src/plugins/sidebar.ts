/** The left sidebar. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager, MainAreaWidget } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';

import { workbenchIcon } from '../icons';
import { PageFrame } from '../page';
import { SidebarWidget } from '../sidebar/widget';
import { Commands, IWorkbenchTools } from '../tokens';
import { hasRoom } from './places';

const RANK = 150;

export const sidebarPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-workbench/lab:sidebar',
  description: 'Pipelines, runs, connectors, tables and dashboards in the left sidebar.',
  autoStart: true,
  requires: [IWorkbenchTools],
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    tools: IWorkbenchTools,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    themes: IThemeManager | null
  ) => {
    const { trans } = tools.workbench;
    const sidebar = new SidebarWidget(tools);
    app.commands.addCommand(Commands.openSidebar, {
      label: trans.__('Open the Workbench Sidebar'),
      caption: trans.__('Pipelines, runs, connectors, tables and dashboards'),
      icon: workbenchIcon,
      execute: () => app.shell.activateById(sidebar.id)
    });
    app.commands.addCommand(Commands.openPage, {
      label: args => trans.__('Dashboard: %1', String(args.title ?? args.page ?? 'home')),
      icon: workbenchIcon,
      execute: args => openPage(app, tools, themes, String(args.page ?? 'home'), String(args.title ?? trans.__('Home')))
    });
    const category = trans.__('Workbench');
    palette?.addItem({ command: Commands.openSidebar, category });
    const home = { page: 'home', title: trans.__('Home') };
    palette?.addItem({ command: Commands.openPage, category, args: home });
    launcher?.add({ command: Commands.openPage, category, args: home, rank: 1 });
    launcher?.add({ command: Commands.openSidebar, category, rank: 2 });
    app.shell.add(sidebar, 'left', { rank: RANK });
    restorer?.add(sidebar, sidebar.id);
    void sidebar.restore(); // the store answers only when all plugins are there
    if (launcher === null) {
      // Who has no launcher begins here, not before an empty window.
      void app.restored.then(() => [...app.shell.widgets('main')].length > 0 || app.shell.activateById(sidebar.id));
    }
  }
};

/** One of the workbench's own pages in the main area; where there is none, in a tab of the browser. */
function openPage(
  app: JupyterFrontEnd,
  { workbench, baseUrl }: IWorkbenchTools,
  themes: IThemeManager | null,
  page: string,
  title: string
): void {
  const { workspace } = workbench.client;
  const url = `${baseUrl}workbench/apps/${encodeURIComponent(workspace)}/${page}`;
  if (!hasRoom(app)) {
    window.open(url, '_blank', 'noreferrer');
    return;
  }
  const id = `workbench-page-${workspace}-${page}`;
  const open = [...app.shell.widgets('main')].find(widget => widget.id === id);
  if (open === undefined) {
    const widget = new MainAreaWidget({ content: new PageFrame(url, themes) });
    widget.id = id;
    widget.title.label = title;
    widget.title.icon = workbenchIcon;
    widget.title.closable = true;
    widget.toolbar.hide();
    app.shell.add(widget, 'main');
  }
  app.shell.activateById(id);
}
