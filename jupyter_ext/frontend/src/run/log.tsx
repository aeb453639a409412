/** The end of a run's log, which follows what is printed as long as one does not scroll up. */

import * as React from 'react';

import type { RunView } from '../api/operations';
import { useTools } from '../parts/tools';
import { wordsOf } from '../parts/trouble';
import { LogTail } from '../state/log';
import { useValue, type Observable } from '../state/observable';

export function Log({ run, seen }: { run: RunView; seen: Observable<boolean> }): JSX.Element | null {
  const { trans, client, may } = useTools().workbench;
  const visible = useValue(seen);
  const tail = React.useMemo(() => new LogTail(client, run.id), [client, run.id, run.attempt]);
  const { lines, before, trouble } = useValue(tail);
  const allowed = may('runs:logs');
  React.useEffect(() => {
    if (visible && allowed) {
      tail.start();
    }
    return () => tail.stop();
  }, [tail, visible, allowed]);
  const place = React.useRef<HTMLPreElement>(null);
  useEnd(place, lines);

  if (!allowed || (lines.length === 0 && !trouble)) {
    return null;
  }
  return (
    <section className="wb-Log">
      <h3>{trans.__('Log')}</h3>
      {trouble && <p className="wb-muted">{wordsOf(trouble, trans).what}</p>}
      <pre ref={place} role="log" dir="ltr" aria-live="off" aria-label={trans.__('Log')} tabIndex={0}>
        {before > 0 && <span className="wb-muted">{trans._n('%1 line before', '%1 lines before', before)}{'\n'}</span>}
        {lines.map(line => `${line.text}\n`).join('')}
      </pre>
    </section>
  );
}

/** Keep the end in sight, unless the person has scrolled away from it. */
function useEnd(place: React.RefObject<HTMLElement>, lines: unknown[]): void {
  const follows = React.useRef(true);
  React.useLayoutEffect(() => {
    const element = place.current;
    if (!element) {
      return;
    }
    if (follows.current) {
      element.scrollTop = element.scrollHeight;
    }
    const look = () => {
      follows.current = element.scrollTop + element.clientHeight > element.scrollHeight - 8;
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [place, lines]);
}
