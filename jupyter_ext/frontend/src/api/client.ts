/** Asks the server for operations. */

import { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import type { IOperation } from './operation';
import { isUsed } from './person';
import { Trouble, troubleOf } from './trouble';

export const PREFIX = 'workbench/api/v1';

export interface ICallOptions {
  /** The ETag that was read, for operations that want one; `*` overwrites whatever is there. */
  ifMatch?: string;
  signal?: AbortSignal;
}

type Fields = Record<string, unknown>;

export class Client {
  /** The server does not know any more who asks. */
  readonly signedOut = new Signal<this, Trouble>(this);

  /** `workspace` names the one meant in routes that lie in a workspace. */
  constructor(
    readonly settings: ServerConnection.ISettings,
    public workspace = 'default'
  ) {}

  /** The same client, in one workspace for good, whatever is shown meanwhile. */
  within(workspace: string): Client {
    const made = new Client(this.settings, workspace);
    made.signedOut.connect((_, trouble) => this.signedOut.emit(trouble));
    return made;
  }

  /**
   * Carry out an operation.
   *
   * @throws Trouble whatever went wrong; an aborted call throws what `fetch` does.
   */
  async call<Q extends object, R>(op: IOperation<Q, R>, request: Q, options: ICallOptions = {}): Promise<R> {
    try {
      return await this.answer(op, request, options);
    } catch (error) {
      if (error instanceof Trouble && error.kind === 'signed-out') {
        this.signedOut.emit(error);
      }
      throw error;
    }
  }

  private async answer<Q extends object, R>(op: IOperation<Q, R>, request: Q, options: ICallOptions): Promise<R> {
    const response = await this.send(op, request as Fields, options);
    if (!response.ok) {
      throw await troubleOf(response);
    }
    if (op.gives === 'file') {
      return (await response.blob()) as R;
    }
    return (await asJson(response)) as R;
  }

  private async send(op: IOperation<never, unknown>, request: Fields, options: ICallOptions): Promise<Response> {
    const { url, rest } = this.route(op, request);
    const hasBody = ['POST', 'PUT', 'PATCH'].includes(op.method);
    const headers = new Headers(hasBody ? { 'Content-Type': 'application/json' } : {});
    if (op.versioned) {
      headers.set('If-Match', options.ifMatch ?? '*');
    }
    if (isUsed()) {
      headers.set('X-Workbench-By', 'person');
    }
    if (op.idempotent) {
      headers.set('Idempotency-Key', UUID.uuid4());
    }
    // With `no-store` JupyterLab adds a number to the query, which no operation knows.
    const init: RequestInit = { method: op.method, headers, signal: options.signal, cache: 'no-cache' };
    if (hasBody) {
      init.body = JSON.stringify(rest);
    }
    try {
      return await ServerConnection.makeRequest(hasBody ? url : url + query(rest), init, this.settings);
    } catch (error) {
      if (options.signal?.aborted) {
        throw error;
      }
      throw new Trouble('unreachable', error instanceof Error ? error.message : String(error));
    }
  }

  /** The address of an operation, and the fields that its path did not take. */
  private route(op: IOperation<never, unknown>, request: Fields): { url: string; rest: Fields } {
    const rest: Fields = { ...request };
    const path = op.path.replace(/{(\w+)}/g, (_, name: string) => {
      const value = name === 'workspace' ? this.workspace : rest[name];
      if (name !== 'workspace') {
        delete rest[name];
      }
      return encodeURIComponent(String(value));
    });
    return { url: this.settings.baseUrl + PREFIX + path, rest };
  }
}

/** Fields as a query; a list repeats its name, and what is not given is left out. */
export function query(fields: Fields): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') {
        search.append(name, typeof one === 'object' ? JSON.stringify(one) : String(one));
      }
    }
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

async function asJson(response: Response): Promise<unknown> {
  if (!(response.headers.get('Content-Type') ?? '').includes('json')) {
    // A sign-in page came in the place of an answer.
    throw new Trouble('signed-out', 'The server sent a page instead of data.');
  }
  return response.json();
}
