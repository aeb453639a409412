/** A widget whose content is loaded when it is first seen, and knows whether it is seen. */

import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Observable } from '../state/observable';
import { Boundary } from './boundary';
import { Tools, type ITools } from './tools';

/** What every such content is told. */
export interface ISeen {
  /** Whether somebody can see it now; what nobody sees asks the server for nothing. */
  seen: Observable<boolean>;
}

export type Lazy<P> = React.LazyExoticComponent<React.ComponentType<P & ISeen>>;

export class Panel<P extends object> extends ReactWidget {
  readonly seen = new Observable(false);

  constructor(
    protected readonly tools: ITools,
    private readonly content: Lazy<P>,
    private readonly given: P
  ) {
    super();
    this.addClass('wb-Panel');
    document.addEventListener('visibilitychange', this.look);
  }

  override dispose(): void {
    document.removeEventListener('visibilitychange', this.look);
    this.seen.value = false;
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

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      this.node.tabIndex = -1;
      this.node.focus({ preventScroll: true });
    }
  }

  protected render(): JSX.Element | null {
    if (!this.opened) {
      return null;
    }
    const Content = this.content as unknown as React.ComponentType<P & ISeen>;
    return (
      <Tools.Provider value={this.tools}>
        <Boundary trans={this.tools.workbench.trans}>
          <React.Suspense fallback={null}>
            <Content {...this.given} seen={this.seen} />
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
}
