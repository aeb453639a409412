/** Adds a notebook to the catalog. */

import { Notification } from '@jupyterlab/apputils';

import { pipelinesRegister } from '../api/operations';
import type { ITools } from '../parts/tools';
import { attempt } from '../run/telling';
import { Commands } from '../tokens';

/** Register a notebook, saved before where it is open, and tell what it is now. */
export function addToCatalog(tools: ITools, address: string): Promise<void> {
  const { workbench, commands, notebooks } = tools;
  const { trans, client } = workbench;
  return attempt(tools, async () => {
    const path = await notebooks.reach(address);
    await notebooks.save(path);
    const made = await client.call(pipelinesRegister, { path });
    const words = made.created
      ? trans.__('%1 is in the catalog as version %2 of %3.', path, made.number, made.name)
      : trans.__('%1 was in the catalog already, as version %2 of %3.', path, made.number, made.name);
    const run = { label: trans.__('Run…'), callback: () => void commands.execute(Commands.run, { pipeline: made.name }) };
    Notification.success(words, { autoClose: 10_000, actions: [run] });
  });
}
