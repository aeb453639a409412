/** The end of a run's log. A log is no event, so it is read every second, while it is seen and may grow. */

import type { Client } from '../api/client';
import { runsLogs, type LogLine } from '../api/operations';
import { Trouble } from '../api/trouble';
import { Observable } from './observable';

export interface ILogState {
  lines: LogLine[];
  /** Lines before the first one that is shown. */
  before: number;
  complete: boolean;
  trouble: Trouble | null;
}

const SHOWN = 200;
const EVERY = 1000;

export class LogTail extends Observable<ILogState> {
  constructor(
    private readonly client: Client,
    private readonly id: string
  ) {
    super({ lines: [], before: 0, complete: false, trouble: null });
  }

  /** Read until stopped, or until nothing more can come. */
  start(): void {
    this.stop();
    const signal = (this.going = new AbortController()).signal;
    const again = async () => {
      await this.read(signal);
      if (!signal.aborted && !this.value.complete) {
        this.timer = window.setTimeout(() => void again(), EVERY);
      }
    };
    void again();
  }

  stop(): void {
    this.going?.abort();
    window.clearTimeout(this.timer);
  }

  private async read(signal: AbortSignal): Promise<void> {
    const after = this.value.lines.at(-1)?.number ?? 0;
    try {
      const page = await this.client.call(runsLogs, { id: this.id, after, last: SHOWN }, { signal });
      const lines = [...this.value.lines, ...page.lines].slice(-SHOWN);
      this.value = { lines, before: (lines[0]?.number ?? 1) - 1, complete: page.complete, trouble: null };
    } catch (error) {
      if (!signal.aborted) {
        this.patch({ trouble: Trouble.of(error), complete: Trouble.of(error).kind === 'refused' });
      }
    }
  }

  private going: AbortController | null = null;
  private timer = 0;
}
