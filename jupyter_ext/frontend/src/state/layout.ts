/** What the sidebar remembers over a reload. */

export interface ILayout {
  search: string;
  open: Record<string, boolean>;
  filters: Record<string, string>;
  /** The workspace that is shown; the first where it is not named. */
  workspace: string;
}

export const FIRST: ILayout = { search: '', open: { pipelines: true, runs: true }, filters: {}, workspace: '' };
