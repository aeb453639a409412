/** The executed notebook of a run, to be read and not changed. */

import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { NotebookModel, StaticNotebook, type NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

export interface INotebookServices {
  rendermime: IRenderMimeRegistry;
  contentFactory: NotebookPanel.IContentFactory;
  editorServices: IEditorServices;
}

/** A notebook that shows `content`; its outputs are not trusted, so that no script in them runs. */
export function outputNotebook(content: INotebookContent, services: INotebookServices): StaticNotebook {
  const notebook = new StaticNotebook({
    rendermime: services.rendermime.clone(),
    contentFactory: services.contentFactory,
    mimeTypeService: services.editorServices.mimeTypeService,
    notebookConfig: { ...StaticNotebook.defaultNotebookConfig, windowingMode: 'defer' }
  });
  const model = new NotebookModel();
  model.fromJSON(content);
  for (const cell of model.cells) {
    cell.trusted = false;
  }
  notebook.model = model;
  for (const cell of notebook.widgets) {
    cell.readOnly = true;
  }
  notebook.addClass('jp-Notebook');
  notebook.addClass('wb-Output');
  notebook.disposed.connect(() => model.dispose());
  return notebook;
}

/** Bring a cell into sight and mark it. */
export async function show(notebook: StaticNotebook, place: number): Promise<void> {
  const cell = notebook.widgets[place];
  cell.addClass('wb-mod-failing');
  await cell.ready.catch(() => undefined);
  await notebook.scrollToItem(place, 'start');
}
