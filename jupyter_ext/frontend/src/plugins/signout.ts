/** Offers to sign out, where people sign in: Jupyter's own entry stands beside one that stops the server. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../tokens';

const COMMAND = 'workbench:sign-out';

export const signOutPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-workbench/lab:sign-out',
  description: 'Offers to sign out, where people sign in.',
  autoStart: true,
  optional: [ITranslator, ICommandPalette],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null, palette: ICommandPalette | null) => {
    const page = PageConfig.getOption('workbenchLogout');
    if (!page) {
      return; // nobody signs in to a server of one's own
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const address = URLExt.join(app.serviceManager.serverSettings.baseUrl, page);
    app.commands.addCommand(COMMAND, {
      label: trans.__('Sign Out'),
      caption: trans.__('End this session; kernels rest until you are back'),
      execute: () => window.location.assign(address)
    });
    palette?.addItem({ command: COMMAND, category: trans.__('Workbench') });
  }
};
