/** Finds, writes and adds cells of a notebook, whether or not they are drawn. */

import type { INotebookModel } from '@jupyterlab/notebook';

export type Cells = INotebookModel['sharedModel'];

const TAG = 'parameters';
const IMPORT = 'import workbench as wb';

/** Whether a cell declares the notebook's parameters, by its type and its tags. */
export function isParameters(type: string, tags: unknown): boolean {
  return type === 'code' && Array.isArray(tags) && tags.includes(TAG);
}

/** The code of the parameters cell; null where there is none. */
export function parametersOf(notebook: Cells): string | null {
  return parametersCell(notebook)?.getSource() ?? null;
}

/** Write the parameters cell, before the first code where there is none yet; false where it may not be edited. */
export function writeParameters(notebook: Cells, source: string): boolean {
  const cell = parametersCell(notebook);
  if (cell?.getMetadata('editable') === false) {
    return false;
  }
  if (cell) {
    cell.setSource(source);
  } else {
    const first = notebook.cells.findIndex(each => each.cell_type === 'code');
    const place = first < 0 ? notebook.cells.length : first;
    notebook.insertCell(place, { cell_type: 'code', source, metadata: { tags: [TAG] } });
  }
  return true;
}

/** Put code into the cell after a place, into a new one unless that is empty; the place where it is then. */
export function addAfter(notebook: Cells, place: number, code: string): number {
  const source = withImport(notebook, code);
  const next = notebook.cells[place + 1];
  if (next?.cell_type === 'code' && next.getSource().trim() === '') {
    next.setSource(source);
  } else {
    notebook.insertCell(place + 1, { cell_type: 'code', source });
  }
  return place + 1;
}

/** Code that reads by `wb`, with the import where the notebook has none. */
export function withImport(notebook: Cells, code: string): string {
  const known = notebook.cells.some(cell => cell.getSource().includes(IMPORT));
  return known ? code : `${IMPORT}\n\n${code}`;
}

/** Code on lines of its own, indented alike, where it comes between two parts of a line. */
export function asLines(before: string, code: string, after: string): string {
  const start = `\n${/^\s*/.exec(before)![0]}`;
  const lines = code.replace(/\n(?=.)/g, start);
  return `${before.trim() ? start : ''}${lines}${after.trim() ? start : ''}`;
}

function parametersCell(notebook: Cells) {
  return notebook.cells.find(cell => isParameters(cell.cell_type, cell.getMetadata('tags')));
}
