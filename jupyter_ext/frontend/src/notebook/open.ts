/** The notebooks that are open, and those that lie on the server. */

import type { Cell } from '@jupyterlab/cells';
import { NotebookActions, type INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import type { INotebooks } from '../parts/tools';
import type { Session } from '../state/session';
import { asLines, withImport } from './cells';

type Json = Record<string, unknown>;

export class OpenNotebooks implements INotebooks {
  /**
   * `tracker` is null where no notebooks are open, as in the tree of Notebook 7. `foldered` says that the server's
   * files lie in one folder for each workspace.
   */
  constructor(
    private readonly tracker: INotebookTracker | null,
    private readonly contents: Contents.IManager,
    private readonly session: Session,
    private readonly foldered: boolean,
    private readonly workspace: string | null = null
  ) {}

  within(workspace: string): OpenNotebooks {
    return new OpenNotebooks(this.tracker, this.contents, this.session, this.foldered, workspace);
  }

  async reach(address: string): Promise<string> {
    const local = this.contents.localPath(address);
    if (!this.foldered) {
      return local;
    }
    const [workspace, ...below] = local.split('/');
    await this.session.begin();
    this.session.enter(workspace);
    return below.join('/');
  }

  content(path: string): Json | null {
    return (this.open(path)?.content.model?.toJSON() as Json | undefined) ?? null;
  }

  async save(path: string): Promise<void> {
    const panel = this.open(path);
    if (panel?.context.model.dirty) {
      await panel.context.save();
    }
  }

  async read(path: string): Promise<Json> {
    const file = await this.contents.get(this.addressOf(path), { type: 'notebook', content: true });
    return file.content as Json;
  }

  insert(code: string): boolean {
    const notebook = this.tracker?.currentWidget?.content;
    if (!notebook?.model) {
      return false;
    }
    if (notebook.activeCell?.model.type !== 'code') {
      NotebookActions.insertBelow(notebook);
    }
    put(notebook.activeCell!, withImport(notebook.model.sharedModel, code));
    notebook.mode = 'edit';
    notebook.activate();
    return true;
  }

  private open(path: string): NotebookPanel | undefined {
    const address = this.addressOf(path);
    return this.tracker?.find(panel => this.contents.localPath(panel.context.path) === address);
  }

  private addressOf(path: string): string {
    return this.foldered ? `${this.workspace ?? this.session.value.part?.name}/${path}` : path;
  }
}

/** Put code at the cursor, or at the end of a cell that is not drawn. */
function put({ editor, model: { sharedModel } }: Cell, code: string): void {
  if (editor?.replaceSelection) {
    const { start, end } = editor.getSelection();
    const before = editor.getLine(start.line)!.slice(0, start.column);
    editor.replaceSelection(asLines(before, code, editor.getLine(end.line)!.slice(end.column)));
  } else {
    const source = sharedModel.getSource();
    sharedModel.setSource(source + asLines(source.split('\n').pop()!, code, ''));
  }
}
