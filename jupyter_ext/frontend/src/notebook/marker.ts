/** Marks the parameters cell of a notebook, and offers to see the form that it makes. */

import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { PanelLayout } from '@lumino/widgets';
import * as React from 'react';

import { Panel } from '../parts/panel';
import type { ITools } from '../parts/tools';
import { isParameters } from './cells';
import type { IPreviewProps } from './preview';

const MARK = 'wb-mod-parameters';
const SOON = 300;
const BELOW_INPUT = 2;

const Preview = React.lazy(async () => ({ default: (await import('./preview')).Preview }));

export class ParametersMarker {
  constructor(private readonly tools: ITools) {}

  /** Keep the mark of a notebook's parameters cell where it belongs. */
  attach(panel: NotebookPanel): void {
    let timer = 0;
    const soon = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => this.mark(panel), SOON);
    };
    panel.content.modelContentChanged.connect(soon);
    this.tools.workbench.settings.changed.connect(soon);
    panel.disposed.connect(() => {
      window.clearTimeout(timer);
      this.tools.workbench.settings.changed.disconnect(soon);
    });
    void panel.context.ready.then(soon);
  }

  private mark(panel: NotebookPanel): void {
    const wanted = this.tools.workbench.settings.value.markParameters;
    for (const cell of panel.isDisposed ? [] : panel.content.widgets) {
      const is = wanted && isParameters(cell.model.type, cell.model.getMetadata('tags'));
      if (is !== this.badges.has(cell)) {
        cell.toggleClass(MARK, is);
        if (is) {
          this.add(cell, panel);
        } else {
          this.badges.get(cell)!.dispose();
        }
      }
    }
  }

  private add(cell: Cell, panel: NotebookPanel): void {
    const badge = new Panel<IPreviewProps>(this.tools, Preview, { address: panel.context.path });
    badge.addClass('wb-Parameters');
    badge.disposed.connect(() => this.badges.delete(cell));
    this.badges.set(cell, badge);
    // A cell that is far below is drawn when it comes into sight.
    void cell.ready.then(() => badge.isDisposed || (cell.layout as PanelLayout).insertWidget(BELOW_INPUT, badge));
  }

  private readonly badges = new Map<Cell, Panel<IPreviewProps>>();
}
