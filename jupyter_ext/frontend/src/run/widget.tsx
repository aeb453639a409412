/** The widgets of the main area in which runs are started and followed. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { runIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { RunView } from '../api/operations';
import { workbenchIcon } from '../icons';
import { Panel } from '../parts/panel';
import { within, type ITools } from '../parts/tools';
import type { ILiveRunProps } from './live';
import type { IRunFormProps } from './form';
import type { IWanted } from './subject';

const RunForm = React.lazy(async () => ({ default: (await import('./form')).RunForm }));
const LiveRun = React.lazy(async () => ({ default: (await import('./live')).LiveRun }));

/** `title` is what the tab says until what it shows is read, which a hidden tab puts off until it is seen. */
export class RunFormWidget extends MainAreaWidget<Panel<IRunFormProps>> {
  readonly wanted: IWanted;

  constructor(
    tools: ITools,
    asked: IWanted,
    title = tools.workbench.trans.__('Run')
  ) {
    const inside = within(tools, asked.workspace);
    const wanted = { ...asked, workspace: inside.workbench.client.workspace };
    const given: IRunFormProps = { wanted, onSubject: () => undefined, onStarted: () => undefined };
    super({ content: new Panel(inside, RunForm, given) });
    this.wanted = wanted;
    given.onStarted = () => this.dispose();
    given.onSubject = ({ title }) => {
      this.title.label = tools.workbench.trans.__('Run %1', title);
    };
    this.id = `workbench-form-${wanted.workspace}-${wanted.pipeline ?? wanted.path ?? ''}`;
    this.title.label = title;
    this.title.icon = runIcon;
    this.title.closable = true;
    this.toolbar.hide();
  }
}

export class RunWidget extends MainAreaWidget<Panel<ILiveRunProps>> {
  readonly workspace: string;

  constructor(
    tools: ITools,
    readonly run: string,
    workspace?: string,
    title = tools.workbench.trans._p('noun', 'Run')
  ) {
    const inside = within(tools, workspace);
    const given: ILiveRunProps = { id: run, onRun: () => undefined };
    super({ content: new Panel(inside, LiveRun, given) });
    this.workspace = inside.workbench.client.workspace;
    given.onRun = (now: RunView) => {
      this.title.label = now.title;
    };
    this.id = `workbench-run-${run}`;
    this.title.label = title;
    this.title.icon = workbenchIcon;
    this.title.closable = true;
    this.toolbar.hide();
  }
}
