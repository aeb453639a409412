/** State that components follow. */

import { Signal } from '@lumino/signaling';
import * as React from 'react';

/** Holds a value that is replaced, never changed, and says when it is. */
export class Observable<T> {
  readonly changed = new Signal<this, T>(this);

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(value: T) {
    if (value !== this.current) {
      this.current = value;
      this.changed.emit(value);
    }
  }

  /** Replace some of its fields. */
  patch(fields: Partial<T>): void {
    this.value = { ...this.current, ...fields };
  }
}

/** The value of an observable, drawn anew when it changes. */
export function useValue<T>(observable: Observable<T>): T {
  const subscribe = React.useCallback(
    (again: () => void) => {
      observable.changed.connect(again);
      return () => {
        observable.changed.disconnect(again);
      };
    },
    [observable]
  );
  return React.useSyncExternalStore(subscribe, () => observable.value);
}
