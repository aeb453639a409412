/** What happens on the server, as it happens: one socket for all who listen, and none while nobody does. */

import type { ServerConnection } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { PREFIX } from './client';

export interface IEvent {
  sequence: number;
  at: string;
  name: string;
  workspace_id: string | null;
  object_type: string;
  object_id: string | null;
  data: Record<string, unknown>;
}

export interface IListener {
  /** Something happened. */
  heard?: (event: IEvent) => void;
  /** What happened before is not all known: read anew what you show. */
  missed?: () => void;
}

/** off: nobody listens; waiting: the connection was lost and is tried again; ended: sign in again. */
export type StreamState = 'off' | 'connecting' | 'open' | 'waiting' | 'ended';

const SIGNED_OUT = 4001;
const TOO_SLOW = 4008;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LINGER = 10_000;

export class EventStream {
  readonly changed = new Signal<this, StreamState>(this);
  state: StreamState = 'off';
  /** The newest event that was heard; the connection is resumed after it. */
  sequence: number | null = null;

  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** Hear what happens until disposed. */
  listen(listener: IListener): IDisposable {
    this.listeners.add(listener);
    this.connect();
    return new DisposableDelegate(() => {
      this.listeners.delete(listener);
      this.closeSoon();
    });
  }

  /** Connect at once where the connection is lost or the session had ended. */
  connect = (): void => {
    window.clearTimeout(this.timer);
    if (this.socket !== null || this.listeners.size === 0) {
      return;
    }
    window.addEventListener('online', this.connect);
    this.enter('connecting');
    const socket = new this.settings.WebSocket(this.address());
    this.socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string>) => this.receive(JSON.parse(data) as IEvent);
    socket.onclose = ({ code }: CloseEvent) => this.lost(socket, code);
  };

  private address(): string {
    const { wsUrl, token, appendToken } = this.settings;
    const search = new URLSearchParams();
    if (this.sequence !== null) {
      search.set('since', String(this.sequence));
    }
    if (appendToken && token !== '') {
      search.set('token', token);
    }
    return `${wsUrl}${PREFIX}/events?${search.toString()}`;
  }

  private receive(event: IEvent): void {
    if (event.name === 'stream.opened') {
      this.opened(event);
      return;
    }
    this.sequence = event.sequence;
    for (const listener of [...this.listeners]) {
      listener.heard?.(event);
    }
  }

  private opened(event: IEvent): void {
    const { oldest } = event.data as { oldest: number };
    // Without a number of our own we begin here, and with one that was cleaned up there is a hole.
    const hole = this.sequence === null || oldest > this.sequence + 1;
    this.sequence = Math.max(event.sequence, this.sequence ?? 0);
    this.wait = FIRST_WAIT;
    this.enter('open');
    if (hole) {
      for (const listener of [...this.listeners]) {
        listener.missed?.();
      }
    }
  }

  private lost(socket: WebSocket, code: number): void {
    if (socket !== this.socket) {
      return;
    }
    this.socket = null;
    if (this.listeners.size === 0) {
      this.enter('off');
    } else if (code === SIGNED_OUT) {
      this.enter('ended');
    } else {
      this.enter('waiting');
      const pause = code === TOO_SLOW ? 0 : this.wait * (0.75 + Math.random() / 2);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
      this.timer = window.setTimeout(this.connect, pause);
    }
  }

  /** Nobody listens: close, unless somebody does again in a moment. */
  private closeSoon(): void {
    if (this.listeners.size > 0) {
      return;
    }
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      window.removeEventListener('online', this.connect);
      const socket = this.socket;
      this.socket = null;
      socket?.close();
      this.enter('off');
    }, LINGER);
  }

  private enter(state: StreamState): void {
    if (state !== this.state) {
      this.state = state;
      this.changed.emit(state);
    }
  }

  private readonly listeners = new Set<IListener>();
  private socket: WebSocket | null = null;
  private timer = 0;
  private wait = FIRST_WAIT;
}
