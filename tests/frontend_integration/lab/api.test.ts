/** The client and the stream of events against a server that runs. */

import { Client } from '@lab/api/client';
import { EventStream, type IEvent } from '@lab/api/events';
import {
  connectorsList, pipelinesList, pipelinesParameters, pipelinesRegister, runsLogs, runsNotebook, runsShow, runsStart,
  tablesList
} from '@lab/api/operations';
import { Session } from '@lab/state/session';
import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';

const baseUrl = process.env.WORKBENCH_TEST_URL!;
const settings = (token = process.env.WORKBENCH_TEST_TOKEN!) =>
  ServerConnection.makeSettings({
    baseUrl,
    wsUrl: baseUrl.replace('http', 'ws'),
    token,
    appendToken: true,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket
  });

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  cells: [
    { cell_type: 'code', id: 'a', metadata: { tags: ['parameters'] }, source: 'month: int = 1', outputs: [], execution_count: null },
    { cell_type: 'code', id: 'b', metadata: {}, source: 'print("month", month)', outputs: [], execution_count: null }
  ]
};

/** Resolves with the event of that name about that object. */
function happens(events: EventStream, name: string, id: () => string): Promise<IEvent> {
  return new Promise(resolve => {
    const listener = events.listen({
      heard: event => {
        if (event.name === name && event.object_id === id()) {
          listener.dispose();
          resolve(event);
        }
      }
    });
  });
}

describe('the API', () => {
  it('says who is here and what she may do', async () => {
    const session = new Session(new Client(settings()), null);
    await session.begin();

    expect([session.value.status, session.value.part?.name, session.may('runs:start', 'default')]).toEqual(['here', 'default', true]);
  });

  it('answers every list of the sidebar', async () => {
    const client = new Client(settings());
    for (const op of [pipelinesList, connectorsList, tablesList]) {
      const page = await client.call(op, { limit: 5, q: 'nothing is called so' });
      expect(page).toMatchObject({ items: [], next: null });
    }
  });

  it('tells what a foreign caller hears as a session that has ended', async () => {
    const session = new Session(new Client(settings('not-the-token')), null);
    await session.begin();

    expect([session.value.status, session.value.trouble?.kind]).toEqual(['failed', 'signed-out']);
  });

  it('tells a request that is wrong, field by field', async () => {
    const error = await new Client(settings()).call(pipelinesList, { limit: 100_000 }).catch(reason => reason);

    expect([error.kind, error.errors[0].pointer]).toEqual(['invalid', '/limit']);
  });

  it('registers a notebook, runs it, hears of its end, and reads its log and its notebook', async () => {
    const client = new Client(settings());
    const events = new EventStream(client.settings);
    const pipeline = await client.call(pipelinesRegister, { notebook: NOTEBOOK, name: 'from_the_browser' });
    const { parameters } = await client.call(pipelinesParameters, { id: pipeline.name });
    expect(parameters).toMatchObject({ properties: { month: { type: 'integer', default: 1 } } });

    let id = '';
    const ended = happens(events, 'run.succeeded', () => id);
    while (events.state !== 'open') {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    id = (await client.call(runsStart, { id: pipeline.name, parameters: { month: 3 } })).id;
    await ended;
    const run = await client.call(runsShow, { id });
    expect(run).toMatchObject({ status: 'succeeded', parameters: { month: 3 }, cells_done: run.cells_total });
    const log = await client.call(runsLogs, { id });
    expect(log.lines.map(line => line.text)).toContain('month 3');
    const notebook = JSON.parse(await (await client.call(runsNotebook, { id })).text());
    expect(notebook.metadata.papermill.parameters).toEqual({ month: 3 });
  }, 60_000);
});
