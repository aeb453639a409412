/** Who is here, and in which workspace. */

import type { IStateDB } from '@jupyterlab/statedb';

import type { Client } from '../api/client';
import { meShow, type MeView, type Part } from '../api/operations';
import { Trouble } from '../api/trouble';
import { Observable } from './observable';

const KEY = 'jupyter-workbench:workspace';

export interface ISessionState {
  status: 'unknown' | 'asking' | 'here' | 'failed';
  me: MeView | null;
  /** The workspace that is shown. */
  part: Part | null;
  trouble: Trouble | null;
}

export class Session extends Observable<ISessionState> {
  constructor(
    private readonly client: Client,
    private readonly kept: IStateDB | null
  ) {
    super({ status: 'unknown', me: null, part: null, trouble: null });
    client.signedOut.connect((_, trouble) => this.patch({ status: 'failed', trouble }));
  }

  /** Ask the server, once; again where it failed. */
  begin(): Promise<void> {
    if (this.value.status === 'here') {
      return Promise.resolve();
    }
    this.asked ??= this.ask().finally(() => {
      this.asked = null;
    });
    return this.asked;
  }

  /** Show another workspace, also when the page is loaded anew. */
  enter(name: string): void {
    const part = this.value.me?.workspaces.find(each => each.name === name);
    if (part && part !== this.value.part) {
      void this.kept?.save(KEY, name);
      this.client.workspace = part.name;
      this.patch({ part });
    }
  }

  /** Whether the person holds a permission in a workspace, at any level. */
  may(permission: string, workspace: string): boolean {
    const part = this.value.me?.workspaces.find(each => each.name === workspace);
    return permission in (part?.permissions ?? {});
  }

  private async ask(): Promise<void> {
    this.patch({ status: 'asking' });
    try {
      const [me, before] = await Promise.all([this.client.call(meShow, {}), this.kept?.fetch(KEY)]);
      const named = (name: unknown) => me.workspaces.find(part => part.name === name);
      const part = named(before) ?? named('default') ?? me.workspaces[0] ?? null;
      this.client.workspace = part?.name ?? 'default';
      this.value = { status: 'here', me, part, trouble: null };
    } catch (error) {
      this.patch({ status: 'failed', trouble: Trouble.of(error) });
    }
  }

  private asked: Promise<void> | null = null;
}
