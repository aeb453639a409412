/** Tells people what happened while they looked elsewhere. */

import { Notification } from '@jupyterlab/apputils';

import type { RunView } from '../api/operations';
import { Trouble } from '../api/trouble';
import { statusWords } from '../parts/status';
import { took } from '../parts/times';
import { within, type ITools } from '../parts/tools';
import { wordsOf } from '../parts/trouble';
import { Commands, named } from '../tokens';

type Action = Notification.IAction;

/** A run that was followed has ended: how, and what can be done now. */
export function tell(tools: ITools, run: RunView): void {
  const { commands, workbench } = within(tools, run.workspace);
  const { trans, may } = workbench;
  const act = (label: string, command: string, more: object = {}): Action => ({
    label,
    callback: () => void commands.execute(command, { ...named(run), ...more })
  });
  const actions: Action[] = [];
  if (run.error?.cell) {
    actions.push(act(trans.__('Show error'), Commands.openOutput, { cell: run.error.cell }));
  } else if (run.error) {
    actions.push(act(trans.__('Show error'), Commands.showRun));
  }
  if (run.output_path) {
    actions.push(act(trans.__('Open output'), Commands.openOutput));
  }
  if (run.status !== 'succeeded' && may('runs:retry')) {
    actions.push(act(trans.__('Retry'), Commands.retry));
  }
  const [words, kind] = said(tools, run);
  Notification.emit(words, kind, { actions, autoClose: kind === 'error' ? false : 10_000 });
}

function said({ workbench }: ITools, run: RunView): [string, 'success' | 'error' | 'warning'] {
  const { trans } = workbench;
  const began = run.started_at ?? run.submitted_at;
  const lasted = took(Date.parse(run.finished_at ?? began) - Date.parse(began));
  switch (run.status) {
    case 'succeeded':
      return [trans.__('%1 succeeded after %2.', run.title, lasted), 'success'];
    case 'cancelled':
      return [trans.__('%1 was cancelled.', run.title), 'warning'];
    default:
      return [trans.__('%1 failed after %2: %3', run.title, lasted, run.error?.message ?? statusWords(trans)[run.status]), 'error'];
  }
}

/** Something that was asked for could not be done. */
export function tellTrouble({ workbench, signInUrl }: ITools, error: unknown): void {
  const { trans } = workbench;
  const trouble = Trouble.of(error);
  const signIn: Action = { label: trans.__('Sign in'), callback: () => window.open(signInUrl, '_blank', 'noreferrer') };
  const ended = trouble.kind === 'signed-out';
  const { what, how } = wordsOf(trouble, trans);
  const words = ended ? what : [what, how].filter(Boolean).join(' ');
  Notification.error(words, { autoClose: false, actions: ended ? [signIn] : [] });
}

/** Do what was asked for; what hinders it is told. */
export async function attempt(tools: ITools, what: () => Promise<unknown>): Promise<void> {
  try {
    await what();
  } catch (error) {
    tellTrouble(tools, error);
  }
}
