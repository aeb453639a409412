/** Where an executed notebook failed. */

import type { INotebookContent, IOutput } from '@jupyterlab/nbformat';

/** Where the cell that failed is; the first with an error, else the code cell of that number. */
export function failingCell(content: INotebookContent, number?: number): number | null {
  const isCode = content.cells.map(cell => cell.cell_type === 'code');
  const failed = content.cells.findIndex(
    cell => Array.isArray(cell.outputs) && (cell.outputs as IOutput[]).some(output => output.output_type === 'error')
  );
  if (failed >= 0) {
    return failed;
  }
  const places = isCode.flatMap((code, place) => (code ? [place] : []));
  return number === undefined ? null : (places[number - 1] ?? null);
}
