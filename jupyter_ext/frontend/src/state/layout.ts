/** What the sidebar remembers over a reload. */

export interface ILayout {
  search: string;
  open: Record<string, boolean>;
  filters: Record<string, string>;
}

export const FIRST: ILayout = { search: '', open: { pipelines: true, runs: true }, filters: {} };
