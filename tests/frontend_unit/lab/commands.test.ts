/** What people ask for by a command, in JupyterLab as the plugins see it. */

import { notebookPlugin } from '@lab/plugins/notebook';
import { runsPlugin } from '@lab/plugins/runs';
import { Commands } from '@lab/tokens';
import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, type WidgetTracker } from '@jupyterlab/apputils';
import { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { json, problem, type Answer } from './fakes';
import { part, settled, tools } from './worlds';

// The notebooks themselves want a browser.
vi.mock('@jupyterlab/notebook', () => ({ INotebookTracker: null, NotebookPanel: {} }));
vi.mock('@jupyterlab/filebrowser', () => ({ IDefaultFileBrowser: null, IFileBrowserFactory: null }));

afterEach(() => Notification.dismiss());

const said = () => Notification.manager.notifications.map(({ type, message }) => [type, message]);

/** JupyterLab with a notebook that is open and these plugins, against a server; `kept` holds what a reload leaves. */
function lab(answer: Answer, kept: Kept = new Map()) {
  const { tools: given, asked, notebooks } = tools(answer);
  const commands = new CommandRegistry();
  const here = { ...given, commands };
  const tabs: Widget[] = [];
  const shell = { add: (tab: Widget) => tabs.push(tab), activateById: vi.fn() };
  const app = { commands, shell, contextMenu: { addItem: vi.fn() }, restored: Promise.resolve() } as unknown as JupyterFrontEnd;
  const tracker = { currentWidget: { context: { path: 'a.ipynb' } }, widgetAdded: { connect: vi.fn() } };
  runsPlugin.activate(app, here, restorer(commands, kept), null, null, null, null, null);
  notebookPlugin.activate(app, here, tracker, null, null, null);
  return { asked, commands, notebooks, tabs };
}

type Kept = Map<string, ReadonlyPartialJSONValue>;

function restorer(registry: CommandRegistry, kept: Kept) {
  const connector = {
    list: async (namespace: string) => {
      const found = [...kept].filter(([id]) => id.startsWith(`${namespace}:`));
      return { ids: found.map(([id]) => id), values: found.map(([, value]) => value) };
    },
    save: async (id: string, value: ReadonlyPartialJSONValue) => void kept.set(id, value),
    remove: async (id: string) => void kept.delete(id)
  };
  const restore = (tracker: WidgetTracker, options: object) => tracker.restore({ ...options, connector, registry } as never);
  return { restore } as unknown as ILayoutRestorer;
}

describe('a command', () => {
  const refusing: Answer = ({ path }) =>
    path.endsWith('/me') ? json({ workspaces: [part('sales', [])] }) : problem(404, { detail: 'There is no run.', fix: 'Look in the list.' });

  it.each([Commands.runAgain, Commands.openLatest, Commands.retry])('tells what hinders it: %s', async command => {
    await lab(refusing).commands.execute(command, { run: 'r' });

    expect(said()).toEqual([['error', 'There is no run. Look in the list.']]);
  });

  it('tells that a notebook is out of reach', async () => {
    const { commands, notebooks } = lab(refusing);
    notebooks.reach = () => Promise.reject(new Error('It lies in no workspace.'));
    await commands.execute(Commands.runNotebook, {});

    expect(said()).toEqual([['error', 'It lies in no workspace.']]);
  });

  it('finds the latest run where the person is, also before the sidebar was opened', async () => {
    const { asked, commands } = lab(refusing);
    await commands.execute(Commands.openLatest);

    expect(asked.at(-1)!.path).toContain('/w/sales/runs?');
  });
});

describe('a tab', () => {
  it.each([
    [Commands.showRun, { run: 'r', workspace: 'sales' }],
    [Commands.run, { pipeline: 'daily', workspace: 'sales' }]
  ])('of %s is called as before where the page was loaded anew, also before it is looked at', async (command, named) => {
    const kept: Kept = new Map();
    const before = lab(() => json({}), kept);
    await before.commands.execute(command, named);
    before.tabs[0].title.label = 'Daily delays';
    await settled();

    const after = lab(() => json({}), kept);
    await settled();
    expect(after.tabs.map(tab => [tab.id, tab.title.label])).toEqual([[before.tabs[0].id, 'Daily delays']]);
  });
});

describe('a read that no notebook takes', () => {
  async function inserted(clipboard: object | undefined, byHand: boolean) {
    vi.stubGlobal('navigator', { ...navigator, clipboard });
    document.execCommand = vi.fn(() => byHand);
    const { commands, notebooks } = lab(() => json({}));
    notebooks.insert.mockReturnValue(false);
    await commands.execute(Commands.insert, { code: 'wb.read("x")' });
    vi.unstubAllGlobals();
    // Without a time to close it, JupyterLab would put it away unseen.
    return Notification.manager.notifications.map(({ type, message, options }) => [type, message, options.autoClose]);
  }

  it('is told to be copied once it is', async () => {
    let done = false;
    const writeText = async () => {
      await new Promise(resolve => setTimeout(resolve, 5));
      done = true;
    };

    expect(await inserted({ writeText }, false)).toEqual([['info', 'No notebook is open, so the code was copied: wb.read("x")', 10_000]]);
    expect(done).toBe(true);
  });

  it('is copied on plain http, too', async () => {
    expect(await inserted(undefined, true)).toEqual([['info', 'No notebook is open, so the code was copied: wb.read("x")', 10_000]]);
    expect(document.execCommand).toHaveBeenCalledWith('copy');
  });

  it('is shown to be copied by hand where it could not be', async () => {
    expect(await inserted({ writeText: () => Promise.reject(new Error('no')) }, false)).toEqual([
      ['warning', 'No notebook is open, and the code could not be copied: wb.read("x")', false]
    ]);
  });
});
