/** In the notebook and the file browser: run it, add it to the catalog, insert reads, see what its parameters become. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDefaultFileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';

import { workbenchIcon } from '../icons';
import { addToCatalog } from '../notebook/catalog';
import { ParametersMarker } from '../notebook/marker';
import { listenTo } from '../notebook/talks';
import { copied } from '../parts/copy';
import { attempt } from '../run/telling';
import { Commands, IWorkbenchTools } from '../tokens';

const NOTEBOOK = '.jp-DirListing-item[data-file-type="notebook"]';

/** The address of the notebook that a command is about; null where there is none. */
type AddressOf = (args: { from?: unknown }) => string | null;

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
    addVerbs(app, tools, ({ from }) =>
      from === 'browser' ? chosenIn(factory?.tracker.currentWidget ?? browser) : (tracker?.currentWidget?.context.path ?? null)
    );
    addInsert(app, tools);
    for (const command of [Commands.runNotebook, Commands.addToCatalog]) {
      app.contextMenu.addItem({ command, args: { from: 'browser' }, selector: NOTEBOOK, rank: 3 });
      palette?.addItem({ command, category: tools.workbench.trans.__('Workbench') });
    }
    if (tracker) {
      accompany(tracker, tools);
    }
  }
};

/** The one notebook that is chosen in a file browser. */
function chosenIn(browser: Pick<IDefaultFileBrowser, 'selectedItems'> | null): string | null {
  const items = [...(browser?.selectedItems() ?? [])];
  return items.length === 1 && items[0].type === 'notebook' ? items[0].path : null;
}

/** What can be done with a notebook. */
function addVerbs({ commands }: JupyterFrontEnd, tools: IWorkbenchTools, addressOf: AddressOf): void {
  const { trans } = tools.workbench;
  commands.addCommand(Commands.runNotebook, {
    label: trans.__('Run as Pipeline…'),
    caption: trans.__('Fill in the parameters of this notebook and run it from start to end'),
    icon: workbenchIcon,
    isEnabled: args => addressOf(args) !== null,
    execute: args =>
      attempt(tools, async () => commands.execute(Commands.run, { path: await tools.notebooks.reach(addressOf(args)!) }))
  });
  commands.addCommand(Commands.addToCatalog, {
    label: trans.__('Add to Catalog…'),
    caption: trans.__('Register this notebook as a pipeline that others can run, or as a new version of it'),
    icon: workbenchIcon,
    isEnabled: args => addressOf(args) !== null,
    execute: args => addToCatalog(tools, addressOf(args)!)
  });
}

/** Puts code into the notebook, else at hand. */
function addInsert({ commands }: JupyterFrontEnd, { notebooks, workbench }: IWorkbenchTools): void {
  const { trans } = workbench;
  commands.addCommand(Commands.insert, {
    label: trans.__('Insert Read'),
    execute: async args => {
      const code = String(args.code);
      if (notebooks.insert(code)) {
        return;
      }
      if (await copied(code)) {
        Notification.info(trans.__('No notebook is open, so the code was copied: %1', code), { autoClose: 10_000 });
      } else {
        // It stays, so that it can be copied by hand.
        Notification.warning(trans.__('No notebook is open, and the code could not be copied: %1', code), { autoClose: false });
      }
    }
  });
}

/** Go with each notebook that is opened. */
function accompany(tracker: INotebookTracker, tools: IWorkbenchTools): void {
  const marker = new ParametersMarker(tools);
  tracker.widgetAdded.connect((_, panel) => {
    marker.attach(panel);
    listenTo(panel);
  });
}
