/** A list of any length of which only what can be seen is drawn, and which the keyboard walks through. */

import * as React from 'react';

export interface IVirtualListProps<T> {
  items: T[];
  /** More items than these are on the server. */
  more: boolean;
  onEnd: () => void;
  rowHeight: number;
  label: string;
  busy: boolean;
  /** Draws a row; within it, elements with `data-walk` are reached by the arrow keys. */
  children: (item: T) => React.ReactNode;
  keyOf: (item: T) => string;
}

const MARGIN = 6;

export function VirtualList<T>(props: IVirtualListProps<T>): JSX.Element {
  const { items, rowHeight } = props;
  const port = React.useRef<HTMLDivElement>(null);
  const [top, height] = useWindow(port);
  const [active, setActive] = React.useState(0);
  const current = Math.min(active, items.length - 1);
  const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + MARGIN);
  useEnd(props, last);

  const walk = (event: React.KeyboardEvent) => {
    const target = goal(event.key, current, items.length, Math.max(1, Math.floor(height / rowHeight) - 1));
    if (target !== null) {
      event.preventDefault();
      setActive(target);
      reveal(port.current!, target * rowHeight, rowHeight);
      focusRow(port.current!, target);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      sideways(event, port.current!);
    }
  };
  return (
    <div className="wb-VirtualList" ref={port} onKeyDown={walk}>
      <div role="list" aria-label={props.label} aria-busy={props.busy} style={{ blockSize: items.length * rowHeight }}>
        {range(first, last, current).map(place => (
          <Row
            {...props}
            key={props.keyOf(items[place])}
            place={place}
            active={place === current}
            onFocus={() => setActive(place)}
          />
        ))}
      </div>
    </div>
  );
}

/** Ask for more when the end of what is there is near. */
function useEnd<T>({ items, more, onEnd }: IVirtualListProps<T>, last: number): void {
  React.useEffect(() => {
    if (more && last >= items.length - MARGIN) {
      onEnd();
    }
  }, [more, last, items.length, onEnd]);
}

interface IRowProps<T> extends IVirtualListProps<T> {
  place: number;
  active: boolean;
  onFocus: () => void;
}

function Row<T>({ items, more, rowHeight, children, place, active, onFocus }: IRowProps<T>): JSX.Element {
  return (
    <div
      role="listitem"
      className="wb-Row"
      data-place={place}
      data-active={active || undefined}
      aria-setsize={more ? -1 : items.length}
      aria-posinset={place + 1}
      style={{ insetBlockStart: place * rowHeight, blockSize: rowHeight }}
      onFocus={onFocus}
    >
      <RowContext.Provider value={active}>{children(items[place])}</RowContext.Provider>
    </div>
  );
}

const RowContext = React.createContext(false);

/** The tabindex of what can be pressed in a row: one row is reached by Tab, the others by the arrow keys. */
export function useWalk(): { tabIndex: number; 'data-walk': true } {
  return { tabIndex: React.useContext(RowContext) ? 0 : -1, 'data-walk': true };
}

/** What part of the list is seen, in pixels. */
function useWindow(port: React.RefObject<HTMLDivElement>): [number, number] {
  const [seen, setSeen] = React.useState<[number, number]>([0, 400]);
  React.useLayoutEffect(() => {
    const element = port.current!;
    const look = () => setSeen([element.scrollTop, element.clientHeight]);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [port]);
  return seen;
}

/** The places that are drawn; the active one always is, so that it keeps the focus. */
function range(first: number, last: number, active: number): number[] {
  const places = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  if (active >= 0 && (active < first || active >= last)) {
    places.push(active);
  }
  return places;
}

function goal(key: string, from: number, length: number, page: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: length - 1
  };
  return key in steps && length > 0 ? Math.max(0, Math.min(length - 1, steps[key])) : null;
}

function reveal(port: HTMLElement, top: number, height: number): void {
  if (top < port.scrollTop) {
    port.scrollTop = top;
  } else if (top + height > port.scrollTop + port.clientHeight) {
    port.scrollTop = top + height - port.clientHeight;
  }
}

function focusRow(port: HTMLElement, place: number): void {
  requestAnimationFrame(() => {
    port.querySelector<HTMLElement>(`[data-place="${place}"] [data-walk]`)?.focus({ preventScroll: true });
  });
}

/** From one thing in a row to the next; in a script that runs from right to left, the other way. */
function sideways(event: React.KeyboardEvent, port: HTMLElement): void {
  const row = (event.target as HTMLElement).closest('.wb-Row');
  const things = [...(row?.querySelectorAll<HTMLElement>('[data-walk]') ?? [])];
  const onwards = (event.key === 'ArrowRight') === (getComputedStyle(port).direction !== 'rtl');
  const next = things[things.indexOf(event.target as HTMLElement) + (onwards ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}
