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
}

export interface IItem {
  id: string;
}

export interface ISectionSpec<T extends IItem = IItem> {
  id: string;
  title: string;
  /** Without it the section is not there. */
  permission: string;
  /** The choices of the filter: its value, and what people read; the first is all. */
  filters: [value: string, label: string][];
  load(question: IQuestion, signal: AbortSignal): Promise<IPage<T>>;
  Row: React.ComponentType<{ item: T }>;
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
