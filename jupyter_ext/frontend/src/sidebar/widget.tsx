/** The sidebar's widget. */

import * as React from 'react';

import { workbenchIcon } from '../icons';
import { Panel } from '../parts/panel';
import type { ITools } from '../parts/tools';
import { FIRST, type ILayout } from '../state/layout';
import { Observable } from '../state/observable';

const KEY = 'jupyter-workbench:sidebar';
const SAVING = 500;

const Sidebar = React.lazy(async () => ({ default: (await import('./sidebar')).Sidebar }));

export class SidebarWidget extends Panel<{ layout: Observable<ILayout> }> {
  constructor(
    tools: ITools,
    readonly kept = new Observable<ILayout>(FIRST)
  ) {
    super(tools, Sidebar, { layout: kept });
    const { trans } = tools.workbench;
    this.id = 'workbench-sidebar';
    this.title.icon = workbenchIcon;
    this.title.caption = trans.__('Workbench: pipelines, runs and tables');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Workbench'));
  }

  /** Bring back what was shown before the page was loaded anew, and keep what will be. */
  async restore(): Promise<void> {
    const store = this.tools.workbench.kept;
    const before = (await store?.fetch(KEY)) as Partial<ILayout> | undefined;
    this.kept.patch(before ?? {});
    this.kept.changed.connect(() => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void store?.save(KEY, { ...this.kept.value }), SAVING);
    });
  }

  private timer = 0;
}
