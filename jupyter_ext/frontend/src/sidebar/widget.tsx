/** The sidebar's widget: it loads what it shows when it is first seen. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { workbenchIcon } from '../icons';
import { Boundary } from '../parts/boundary';
import { Tools, type ITools } from '../parts/tools';
import { FIRST, type ILayout } from '../state/layout';
import { Observable } from '../state/observable';

const KEY = 'jupyter-workbench:sidebar';
const SAVING = 500;

const Sidebar = React.lazy(async () => ({ default: (await import('./sidebar')).Sidebar }));

export class SidebarWidget extends ReactWidget {
  readonly layoutState = new Observable<ILayout>(FIRST);
  readonly seen = new Observable(false);

  constructor(private readonly tools: ITools) {
    super();
    const { trans } = tools.workbench;
    this.id = 'workbench-sidebar';
    this.addClass('wb-Panel');
    this.title.icon = workbenchIcon;
    this.title.caption = trans.__('Workbench: pipelines, runs and tables');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Workbench'));
    document.addEventListener('visibilitychange', this.look);
  }

  /** Bring back what was shown before the page was loaded anew, and keep what will be. */
  async restore(): Promise<void> {
    const { kept } = this.tools.workbench;
    const before = (await kept?.fetch(KEY)) as Partial<ILayout> | undefined;
    this.layoutState.patch(before ?? {});
    this.layoutState.changed.connect(() => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void kept?.save(KEY, { ...this.layoutState.value }), SAVING);
    });
  }

  override dispose(): void {
    document.removeEventListener('visibilitychange', this.look);
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.look();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.look();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.look();
  }

  protected render(): JSX.Element | null {
    if (!this.opened) {
      return null;
    }
    return (
      <Tools.Provider value={this.tools}>
        <Boundary trans={this.tools.workbench.trans}>
          <React.Suspense fallback={null}>
            <Sidebar layout={this.layoutState} visible={this.seen} />
          </React.Suspense>
        </Boundary>
      </Tools.Provider>
    );
  }

  private readonly look = (): void => {
    this.seen.value = this.isVisible && !document.hidden;
    if (this.seen.value && !this.opened) {
      this.opened = true;
      this.update();
    }
  };

  private opened = false;
  private timer = 0;
}
