/** A server that is not there: sockets and answers as a test says them. */

import { ServerConnection } from '@jupyterlab/services';

export class FakeSocket {
  static made: FakeSocket[] = [];

  static get last(): FakeSocket {
    return FakeSocket.made.at(-1)!;
  }

  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(code: number): void {
    this.onclose?.({ code });
  }

  close(): void {
    this.closed = true;
  }
}

export interface IAsked {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

export type Answer = (asked: IAsked) => Response | Promise<Response>;

/** Settings whose server answers as `answer` says; what was asked is noted in `asked`. */
export function settings(answer: Answer = () => json({}), asked: IAsked[] = []): ServerConnection.ISettings {
  const respond = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    const text = await request.text();
    const url = new URL(request.url);
    const one = {
      method: request.method,
      path: decodeURIComponent(url.pathname + url.search),
      body: text ? JSON.parse(text) : null,
      headers: request.headers
    };
    asked.push(one);
    return answer(one);
  };
  return ServerConnection.makeSettings({
    baseUrl: 'http://there/',
    wsUrl: 'ws://there/',
    token: '',
    fetch: respond,
    WebSocket: FakeSocket as unknown as typeof WebSocket
  });
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
}

export function problem(status: number, fields: object): Response {
  const headers = { 'Content-Type': 'application/problem+json' };
  return new Response(JSON.stringify({ title: 'Refused', status, ...fields }), { status, headers });
}

/** The first message of a stream. */
export function opened(sequence: number, oldest: number): object {
  return { sequence, name: 'stream.opened', data: { oldest, newest: sequence } };
}

/** An event. */
export function told(sequence: number, name: string, object_id = 'one', data: object = {}): object {
  return { sequence, name, object_type: name.split('.')[0], object_id, data };
}
