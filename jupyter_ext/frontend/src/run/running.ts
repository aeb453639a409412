/** One's own runs that have not ended, among what runs in JupyterLab: the panel cancels all that it lists. */

import type { IRunningSessions } from '@jupyterlab/running';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { runsCancel, runsList, type RunView } from '../api/operations';
import { workbenchIcon } from '../icons';
import { statusWords } from '../parts/status';
import type { ITools } from '../parts/tools';
import { Commands, named } from '../tokens';
import { attempt } from './telling';

export class RunningRuns implements IRunningSessions.IManager {
  readonly runningChanged = new Signal<this, void>(this);
  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: string;

  constructor(private readonly tools: ITools) {
    const { trans } = tools.workbench;
    this.name = trans.__('Workbench Runs');
    this.shutdownLabel = trans.__('Cancel');
    this.shutdownAllLabel = trans.__('Cancel All');
    this.shutdownAllConfirmationText = trans.__('Cancel all runs that have not ended? Nothing that they wrote is kept.');
  }

  running(): IRunningSessions.IRunningItem[] {
    const { commands, workbench } = this.tools;
    const words = statusWords(workbench.trans);
    return this.runs.map(run => ({
      icon: () => workbenchIcon,
      label: () => run.title,
      detail: () =>
        workbench.trans.__('%1, %2 of %3 cells', words[run.status], run.cells_done, run.cells_total ?? '?'),
      open: () => void commands.execute(Commands.showRun, named(run)),
      shutdown: () => void this.cancel(run)
    }));
  }

  shutdownAll(): void {
    this.runs.forEach(run => void this.cancel(run));
  }

  /** Asked for when the panel is shown, and from then on events say when to read again. */
  refreshRunning(): void {
    this.listen();
    void this.read();
  }

  /** Hear what happens, for as long as something runs. */
  private listen(): void {
    this.heard ??= this.tools.workbench.events.listen({
      heard: event => event.object_type === 'run' && event.name !== 'run.progress' && void this.read(),
      missed: () => void this.read()
    });
  }

  private async read(): Promise<void> {
    const { client, session } = this.tools.workbench;
    try {
      await session.begin();
      this.runs = (await client.call(runsList, { active: true, mine: true, limit: 100 })).items;
    } catch {
      this.runs = []; // the sidebar tells why
    }
    if (this.runs.length === 0) {
      this.heard?.dispose();
      this.heard = null;
    }
    this.runningChanged.emit();
  }

  private cancel(run: RunView): Promise<void> {
    const { client } = this.tools.workbench;
    return attempt(this.tools, () => client.within(run.workspace).call(runsCancel, { id: run.id }));
  }

  private runs: RunView[] = [];
  private heard: IDisposable | null = null;
}
