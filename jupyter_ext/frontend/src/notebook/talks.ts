/**
 * Answers kernels that ask for the notebook which shows them, over a comm with the target `workbench.notebook`:
 *
 *   {asks: 'parameters'}        → {source}, the code of the parameters cell or null; {source} → {written: true or false}
 *   {asks: 'insert', source}    → {inserted: true}, the code is in the cell after the selected one
 */

import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

import { addAfter, parametersOf, writeParameters } from './cells';

const TARGET = 'workbench.notebook';

/** Answer the kernels of a notebook, whichever it has. */
export function listenTo(panel: NotebookPanel): void {
  const { sessionContext } = panel;
  const register = () =>
    sessionContext.session?.kernel?.registerCommTarget(TARGET, (comm, { content }) => answer(panel, comm, content.data));
  sessionContext.kernelChanged.connect(register);
  register();
}

function answer(panel: NotebookPanel, comm: Kernel.IComm, asked: JSONObject): void {
  const cells = panel.content.model?.sharedModel;
  if (cells && asked.asks === 'parameters') {
    comm.onMsg = ({ content }: KernelMessage.ICommMsgMsg) =>
      void comm.send({ written: writeParameters(cells, String(content.data.source)) });
    comm.send({ source: parametersOf(cells) });
  } else if (cells && asked.asks === 'insert') {
    panel.content.activeCellIndex = addAfter(cells, panel.content.activeCellIndex, String(asked.source));
    comm.send({ inserted: true });
  } else {
    comm.close();
  }
}
