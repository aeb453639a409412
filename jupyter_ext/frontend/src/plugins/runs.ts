/** Starting and following runs: forms, live runs, executed notebooks, and what is told at their end. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IRunningSessionManagers } from '@jupyterlab/running';

import { runsList, runsRetry } from '../api/operations';
import { workbenchIcon } from '../icons';
import type { INotebookServices } from '../output/notebook';
import { RunningRuns } from '../run/running';
import { attempt, tell } from '../run/telling';
import { RunFormWidget, RunWidget } from '../run/widget';
import type { IWanted } from '../run/subject';
import { within } from '../parts/tools';
import { Commands, IWorkbenchTools, named, type INamesRun } from '../tokens';
import { workArea } from './places';

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-workbench/lab:runs',
  description: 'Starts and follows runs, and shows what they executed.',
  autoStart: true,
  requires: [IWorkbenchTools],
  optional: [
    ILayoutRestorer,
    ICommandPalette,
    IRenderMimeRegistry,
    NotebookPanel.IContentFactory,
    IEditorServices,
    IRunningSessionManagers
  ],
  activate: (
    app: JupyterFrontEnd,
    tools: IWorkbenchTools,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    rendermime: IRenderMimeRegistry | null,
    contentFactory: NotebookPanel.IContentFactory | null,
    editorServices: IEditorServices | null,
    running: IRunningSessionManagers | null
  ) => {
    const services = rendermime && contentFactory && editorServices ? { rendermime, contentFactory, editorServices } : null;
    addForms(app, tools, restorer);
    addLiveRuns(app, tools, restorer);
    addOutputs(app, tools, services, restorer);
    addVerbs(app, tools);
    palette?.addItem({ command: Commands.openLatest, category: tools.workbench.trans.__('Workbench') });
    const { following, session, settings } = tools.workbench;
    following.ended.connect((_, run) => settings.value.notifyAtEnd && tell(tools, run));
    running?.add(new RunningRuns(tools));
    void app.restored.then(() => following.resume(session)).catch(() => undefined); // the sidebar tells when there is no server
  }
};

/** Put a widget where work is done, once, and show it; its title is kept for when the page is loaded anew. */
function place<W extends MainAreaWidget>(app: JupyterFrontEnd, tracker: WidgetTracker<W>, id: string, make: () => W): void {
  if (!tracker.find(one => one.id === id)) {
    const widget = make();
    void tracker.add(widget);
    widget.title.changed.connect(() => void tracker.save(widget));
    app.shell.add(widget, workArea(app));
  }
  app.shell.activateById(id);
}

function addForms(app: JupyterFrontEnd, tools: IWorkbenchTools, restorer: ILayoutRestorer | null): void {
  const { trans } = tools.workbench;
  const tracker = new WidgetTracker<RunFormWidget>({ namespace: 'workbench-forms' });
  app.commands.addCommand(Commands.run, {
    label: args => (args.pipeline ? trans.__('Run %1…', String(args.pipeline)) : trans.__('Run as Pipeline…')),
    execute: args => {
      const { title, ...wanted } = args as IWanted & { title?: string };
      const made = new RunFormWidget(tools, wanted, title);
      tracker.find(one => one.id === made.id)?.dispose();
      place(app, tracker, made.id, () => made);
    }
  });
  void restorer?.restore(tracker, {
    command: Commands.run,
    args: ({ wanted, title }) => ({ ...wanted, title: title.label }) as never,
    name: ({ id }) => id
  });
}

function addLiveRuns(app: JupyterFrontEnd, tools: IWorkbenchTools, restorer: ILayoutRestorer | null): void {
  const { trans, client, session } = tools.workbench;
  const tracker = new WidgetTracker<RunWidget>({ namespace: 'workbench-runs' });
  app.commands.addCommand(Commands.showRun, {
    label: trans.__('Show Run'),
    execute: args => {
      const { run, workspace, title } = args as { run: string; workspace?: string; title?: string };
      place(app, tracker, `workbench-run-${run}`, () => new RunWidget(tools, run, workspace, title));
    }
  });
  app.commands.addCommand(Commands.openLatest, {
    label: trans.__('Show My Latest Run'),
    icon: workbenchIcon,
    execute: () =>
      attempt(tools, async () => {
        await session.begin(); // which says where she is
        const [run] = (await client.call(runsList, { limit: 1, mine: true })).items;
        await (run ? app.commands.execute(Commands.showRun, named(run)) : app.commands.execute(Commands.openSidebar));
      })
  });
  void restorer?.restore(tracker, {
    command: Commands.showRun,
    args: ({ run, workspace, title }) => ({ run, workspace, title: title.label }),
    name: ({ run }) => run
  });
}

function addOutputs(
  app: JupyterFrontEnd,
  tools: IWorkbenchTools,
  services: INotebookServices | null,
  restorer: ILayoutRestorer | null
): void {
  const tracker = new WidgetTracker<MainAreaWidget & { run: INamesRun }>({ namespace: 'workbench-outputs' });
  app.commands.addCommand(Commands.openOutput, {
    label: tools.workbench.trans.__('Open Output'),
    isEnabled: () => services !== null,
    execute: args =>
      attempt(tools, async () => {
        const { openOutput, OutputWidget } = await import('../output/widget');
        const id = `workbench-output-${String(args.run)}`;
        let widget = tracker.find(one => one.id === id);
        if (!widget) {
          widget = await openOutput(within(tools, args.workspace as string | undefined), services!, String(args.run));
          void tracker.add(widget);
          app.shell.add(widget, workArea(app));
        }
        app.shell.activateById(id);
        if (args.cell && widget instanceof OutputWidget) {
          await widget.showFailure();
        }
      })
  });
  void restorer?.restore(tracker, {
    command: Commands.openOutput,
    args: ({ run }) => named(run),
    name: ({ run }) => run.id
  });
}

/** What can be done with a run that has ended. */
function addVerbs(app: JupyterFrontEnd, tools: IWorkbenchTools): void {
  const { following, trans } = tools.workbench;
  app.commands.addCommand(Commands.retry, {
    label: trans.__('Retry Run'),
    execute: args =>
      attempt(tools, async () => {
        const inside = within(tools, args.workspace as string | undefined).workbench.client;
        const run = await inside.call(runsRetry, { id: String(args.run) });
        following.follow(run);
        await app.commands.execute(Commands.showRun, named(run));
      })
  });
  app.commands.addCommand(Commands.runAgain, {
    label: trans.__('Run with Other Values…'),
    execute: args =>
      attempt(tools, async () => {
        const run = await following.read(String(args.run), args.workspace as string | undefined);
        const { pipeline_id: pipeline, parameters: values, workspace } = run;
        await app.commands.execute(Commands.run, { pipeline, values: values as never, workspace });
      })
  });
}
