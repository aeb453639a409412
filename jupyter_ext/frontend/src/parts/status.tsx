/** How a run stands: by shape, by colour and by word. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Status } from '../api/operations';
import { useTools } from './tools';

const SHAPES: Record<Status, [shape: string, tone: string]> = {
  queued: ['◌', 'muted'],
  starting: ['◔', 'info'],
  running: ['◑', 'info'],
  committing: ['◕', 'info'],
  succeeded: ['●', 'success'],
  failed: ['■', 'error'],
  cancelled: ['▬', 'muted'],
  crashed: ['■', 'error']
};

/** The words of each status, in the person's language. */
export function statusWords(trans: TranslationBundle): Record<Status, string> {
  return {
    queued: trans.__('queued'),
    starting: trans.__('starting'),
    running: trans.__('running'),
    committing: trans.__('writing its tables'),
    succeeded: trans.__('succeeded'),
    failed: trans.__('failed'),
    cancelled: trans.__('cancelled'),
    crashed: trans.__('crashed')
  };
}

export function StatusMark(props: { status: Status }): JSX.Element {
  const words = statusWords(useTools().workbench.trans);
  const [shape, tone] = SHAPES[props.status];
  return (
    <span className="wb-Status" data-tone={tone}>
      <span aria-hidden="true">{shape}</span> {words[props.status]}
    </span>
  );
}
