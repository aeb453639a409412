/** What an executed notebook holds, as its file says it. */

import type { ICell, INotebookContent, IOutput } from '@jupyterlab/nbformat';

const INJECTED = 'injected-parameters';
const MAY_RAISE = 'raises-exception';

/**
 * Where the cell that failed is: the last with an error, for nothing is executed after it, else the code cell of that
 * number. A cell that may raise is meant only where it is the one of that number.
 */
export function failingCell(content: INotebookContent, number?: number): number | null {
  const places = content.cells.flatMap((cell, place) => (isNumbered(cell) ? [place] : []));
  const named = number === undefined ? undefined : places[number - 1];
  const failed = content.cells.flatMap((cell, place) =>
    hasError(cell) && (place === named || !isTagged(cell, MAY_RAISE)) ? [place] : []
  );
  return failed.at(-1) ?? named ?? null;
}

/** Whether a cell has a number: code that the notebook's author wrote, not the values that were put in. */
function isNumbered(cell: ICell): boolean {
  return cell.cell_type === 'code' && !isTagged(cell, INJECTED);
}

function isTagged({ metadata }: ICell, tag: string): boolean {
  return ((metadata.tags as string[] | undefined) ?? []).includes(tag);
}

function hasError({ outputs }: ICell): boolean {
  return Array.isArray(outputs) && (outputs as IOutput[]).some(output => output.output_type === 'error');
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
