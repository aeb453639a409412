/** What a section of the sidebar is made of. */

import type * as React from 'react';

import type { IEvent } from '../api/events';
import type { ITools } from '../parts/tools';
import type { IPage } from '../state/paged';

export interface IQuestion {
  limit: number;
  cursor?: string;
  q?: string;
  filter?: string;
  /** Only these. */
  ids?: string[];
}

export interface IItem {
  id: string;
}

export interface IRowOf<T> {
  item: T;
  /** Show what is inside the item, where the section knows. */
  enter: () => void;
}

export type Load<T> = (question: IQuestion, signal: AbortSignal) => Promise<IPage<T>>;

export interface ISectionSpec<T extends IItem = IItem> {
  id: string;
  title: string;
  /** Without it the section is not there. */
  permission: string;
  /** The choices of the filter: its value, and what people read; the first is all. */
  filters: [value: string, label: string][];
  /** Items can be starred, and those that are starred or were used last come first. */
  marks: boolean;
  load: Load<T>;
  Row: React.ComponentType<IRowOf<T>>;
  /** What an item consists of, as a section of its own. */
  inside?(item: T): ISectionSpec;
  /** Whether something happened that changes the list. */
  concerns(event: IEvent): boolean;
  /** What to do where there is nothing. */
  empty: { what: string; how: string; action?: { label: string; run: () => void } };
}

export type MakeSection = (tools: ITools) => ISectionSpec;

/** A section, with its item's type forgotten: only its own row sees items. */
export function section<T extends IItem>(spec: ISectionSpec<T>): ISectionSpec {
  return spec as unknown as ISectionSpec;
}

/** A whole list as a page: what contains the text, for lists that the server does not search. */
export function pageOf<T extends IItem>(items: T[], q = ''): IPage<T> {
  const wanted = q.toLowerCase();
  return { items: items.filter(item => item.id.toLowerCase().includes(wanted)), next: null };
}
