/** What a form starts: a pipeline of the catalog, or a notebook that is in none. */

import {
  pipelinesInspect,
  pipelinesParameters,
  pipelinesShow,
  pipelinesShowVersion,
  runsStart,
  runsStartNotebook,
  type PipelineView,
  type RunView
} from '../api/operations';
import type { ITools } from '../parts/tools';
import { asked, formOf, known, type IForm, type IParameters, type Values } from './schema';

/** Names a pipeline, by its name or id, or a notebook, by its path within the server's root. */
export interface IWanted {
  pipeline?: string;
  path?: string;
  /** Values to begin with, in the place of the last ones. */
  values?: Values;
  /** The workspace in which it lies; the one that is shown where none is named. */
  workspace?: string;
}

export interface ISubject {
  title: string;
  description: string;
  pipeline: PipelineView | null;
  /** The version of it that runs for this person. */
  version: number | null;
  form: IForm;
  values: Values;
  /** The file that is no version of the pipeline, or in no catalog at all. */
  file: string | null;
  start: (values: Values) => Promise<RunView>;
}

/** Find out what there is to fill in. */
export async function subjectOf(tools: ITools, wanted: IWanted): Promise<ISubject> {
  if (wanted.path === undefined) {
    return ofPipeline(tools, wanted, await tools.workbench.client.call(pipelinesShow, { id: wanted.pipeline ?? '' }));
  }
  const { path } = wanted;
  const seen = await tools.workbench.client.call(pipelinesInspect, { path, notebook: tools.notebooks.content(path) });
  if (seen.pipeline !== null) {
    return ofPipeline(tools, wanted, seen.pipeline, seen.number === null ? path : null);
  }
  const form = formOf(seen.parameters as IParameters);
  return {
    title: seen.title || seen.name,
    description: '',
    pipeline: null,
    version: null,
    form,
    values: known(form, wanted.values ?? {}),
    file: path,
    start: values => startNotebook(tools, path, form, values)
  };
}

async function ofPipeline(tools: ITools, wanted: IWanted, pipeline: PipelineView, file?: string | null): Promise<ISubject> {
  const { client, preferences } = tools.workbench;
  const [{ parameters, number }, last, differs] = await Promise.all([
    client.call(pipelinesParameters, { id: pipeline.id }),
    wanted.values ?? preferences.lastValues(pipeline.id).catch(() => ({})),
    file ?? changedFile(tools, pipeline)
  ]);
  const form = formOf(parameters as IParameters);
  return {
    title: pipeline.title || pipeline.name,
    description: pipeline.description,
    pipeline,
    version: number,
    form,
    values: known(form, last),
    file: differs,
    start: values => client.call(runsStart, { id: pipeline.id, ...asked(form, values) })
  };
}

/** The file that a pipeline was registered from, where the person may read it and it holds something else by now. */
async function changedFile({ workbench, notebooks }: ITools, pipeline: PipelineView): Promise<string | null> {
  const { client, may } = workbench;
  if (!may('notebooks:edit')) {
    return null;
  }
  try {
    const { source } = await client.call(pipelinesShowVersion, { id: pipeline.id, number: pipeline.current_version });
    if (!source) {
      return null;
    }
    const seen = await client.call(pipelinesInspect, { path: source, notebook: notebooks.content(source) });
    return seen.number === null && seen.name === pipeline.name ? source : null;
  } catch {
    return null; // the file is gone, or is no pipeline any more: the version runs all the same
  }
}

async function startNotebook({ workbench, notebooks }: ITools, path: string, form: IForm, values: Values): Promise<RunView> {
  const notebook = notebooks.content(path) ?? (await notebooks.read(path));
  const title = path.split('/').pop()!.replace(/\.ipynb$/, '');
  return workbench.client.call(runsStartNotebook, { notebook, title, source: path, ...asked(form, values) });
}
