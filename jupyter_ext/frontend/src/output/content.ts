/** What an executed notebook holds, as its file says it. */

import type { ICell, INotebookContent, IOutput } from '@jupyterlab/nbformat';

const INJECTED = 'injected-parameters';

/** Where the cell that failed is; the first with an error, else the code cell of that number. */
export function failingCell(content: INotebookContent, number?: number): number | null {
  const failed = content.cells.findIndex(
    cell => Array.isArray(cell.outputs) && (cell.outputs as IOutput[]).some(output => output.output_type === 'error')
  );
  if (failed >= 0) {
    return failed;
  }
  const places = content.cells.flatMap((cell, place) => (isNumbered(cell) ? [place] : []));
  return number === undefined ? null : (places[number - 1] ?? null);
}

/** Whether a cell has a number: code that the notebook's author wrote, not the values that were put in. */
function isNumbered({ cell_type, metadata }: ICell): boolean {
  return cell_type === 'code' && !((metadata.tags as string[] | undefined) ?? []).includes(INJECTED);
}

/** A notebook whose texts are whole: in a file each may be a list of lines, which JupyterLab's models do not expect. */
export function whole(content: INotebookContent): INotebookContent {
  const cells = content.cells.map(cell => {
    const source = joined(cell.source);
    const outputs = Array.isArray(cell.outputs) ? { outputs: (cell.outputs as IOutput[]).map(wholeOutput) } : {};
    return { ...cell, source, ...outputs } as ICell;
  });
  return { ...content, cells };
}

function wholeOutput(output: IOutput): IOutput {
  const { text, data } = output as { text?: unknown; data?: Record<string, unknown> };
  const bundle = data && Object.fromEntries(Object.entries(data).map(([type, value]) => [type, joined(value)]));
  return { ...output, ...(text !== undefined && { text: joined(text) }), ...(bundle && { data: bundle }) } as IOutput;
}

function joined<T>(value: T): T | string {
  return Array.isArray(value) && value.every(line => typeof line === 'string') ? value.join('') : value;
}
