/** An executed notebook as a widget of the main area: a header, and the cells below it. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { StaticNotebook } from '@jupyterlab/notebook';
import { notebookIcon } from '@jupyterlab/ui-components';
import { Panel as Stack } from '@lumino/widgets';
import * as React from 'react';

import { runsNotebook, type RunView } from '../api/operations';
import { Panel } from '../parts/panel';
import type { ITools } from '../parts/tools';
import { failingCell, whole } from './content';
import { Header } from './header';
import { outputNotebook, show, type INotebookServices } from './notebook';

const Loaded = React.lazy(async () => ({ default: Header }));

export class OutputWidget extends MainAreaWidget<Stack> {
  readonly notebook: StaticNotebook;

  constructor(
    tools: ITools,
    services: INotebookServices,
    readonly run: RunView,
    private readonly executed: INotebookContent
  ) {
    super({ content: new Stack() });
    this.notebook = outputNotebook(executed, services);
    const { trans } = tools.workbench;
    this.id = `workbench-output-${run.id}`;
    this.title.label = trans.__('Output of %1', run.title);
    this.title.icon = notebookIcon;
    this.title.closable = true;
    this.toolbar.hide();
    const failing = failingCell(executed, run.error?.cell ?? undefined);
    const onFailure = run.error && failing !== null ? () => void this.showFailure() : null;
    const header = new Panel(tools, Loaded, { run, onFailure });
    this.content.addClass('wb-OutputStack');
    this.content.addWidget(header);
    this.content.addWidget(this.notebook);
  }

  /** Bring the failing cell into sight. */
  async showFailure(): Promise<void> {
    const place = failingCell(this.executed, this.run.error?.cell ?? undefined);
    await this.revealed;
    if (place !== null) {
      await show(this.notebook, place);
    }
  }
}

/** Read what a run executed, and make its widget. */
export async function openOutput(tools: ITools, services: INotebookServices, id: string): Promise<OutputWidget> {
  const { client, following, session } = tools.workbench;
  await session.begin(); // which says what may be done with it
  const [run, file] = await Promise.all([following.read(id, client.workspace), client.call(runsNotebook, { id })]);
  return new OutputWidget(tools, services, run, whole(JSON.parse(await file.text()) as INotebookContent));
}
