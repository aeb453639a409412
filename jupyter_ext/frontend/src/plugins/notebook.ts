/** In the notebook and the file browser: run it, add it to the catalog, insert reads, see what its parameters become. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDefaultFileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';

import { workbenchIcon } from '../icons';
import { addToCatalog } from '../notebook/catalog';
import { ParametersMarker } from '../notebook/marker';
import { listenTo } from '../notebook/talks';
import { Commands, IWorkbenchTools } from '../tokens';

const NOTEBOOK = '.jp-DirListing-item[data-file-type="notebook"]';

export const notebookPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-workbench/lab:notebook',
  description: 'Runs notebooks as pipelines, adds them to the catalog, and inserts reads of tables.',
  autoStart: true,
  requires: [IWorkbenchTools],
  optional: [INotebookTracker, IFileBrowserFactory, IDefaultFileBrowser, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    tools: IWorkbenchTools,
    tracker: INotebookTracker | null,
    factory: IFileBrowserFactory | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null
  ) => {
    const { trans } = tools.workbench;
    const current = (): string | null => tracker?.currentWidget?.context.path ?? null;
    const chosen = (): string | null => {
      const items = [...((factory?.tracker.currentWidget ?? browser)?.selectedItems() ?? [])];
      return items.length === 1 && items[0].type === 'notebook' ? items[0].path : null;
    };
    const addressOf = (args: { from?: unknown }) => (args.from === 'browser' ? chosen() : current());
    app.commands.addCommand(Commands.runNotebook, {
      label: trans.__('Run as Pipeline…'),
      caption: trans.__('Fill in the parameters of this notebook and run it from start to end'),
      icon: workbenchIcon,
      isEnabled: args => addressOf(args) !== null,
      execute: async args => app.commands.execute(Commands.run, { path: await tools.notebooks.reach(addressOf(args)!) })
    });
    app.commands.addCommand(Commands.addToCatalog, {
      label: trans.__('Add to Catalog…'),
      caption: trans.__('Register this notebook as a pipeline that others can run, or as a new version of it'),
      icon: workbenchIcon,
      isEnabled: args => addressOf(args) !== null,
      execute: args => addToCatalog(tools, addressOf(args)!)
    });
    app.commands.addCommand(Commands.insert, {
      label: trans.__('Insert Read'),
      execute: args => {
        if (!tools.notebooks.insert(String(args.code))) {
          void navigator.clipboard?.writeText(String(args.code));
          Notification.info(trans.__('No notebook is open, so the code was copied: %1', String(args.code)));
        }
      }
    });
    for (const command of [Commands.runNotebook, Commands.addToCatalog]) {
      app.contextMenu.addItem({ command, args: { from: 'browser' }, selector: NOTEBOOK, rank: 3 });
      palette?.addItem({ command, category: trans.__('Workbench') });
    }
    if (tracker) {
      const marker = new ParametersMarker(tools);
      tracker.widgetAdded.connect((_, panel) => {
        marker.attach(panel);
        listenTo(panel);
      });
    }
  }
};
