/** Shows a sentence where a part fails or its code cannot be loaded, so that a panel is never blank. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

interface IBoundaryProps {
  trans: TranslationBundle;
  children: React.ReactNode;
}

export class Boundary extends React.Component<IBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): React.ReactNode {
    const { error } = this.state;
    const { trans, children } = this.props;
    if (error === null) {
      return children;
    }
    const missing = error.name === 'ChunkLoadError';
    return (
      <div className="wb-Trouble" role="alert">
        <p className="wb-Trouble-what">
          {missing
            ? trans.__('A part of the workbench could not be loaded.')
            : trans.__('This part of the workbench has failed: %1', error.message)}
        </p>
        <p>
          {missing
            ? trans.__('It may have been updated since this page was opened, or the server is gone. Load the page again.')
            : trans.__('Load the page again; what runs, goes on. If it happens again, please report it.')}
        </p>
        <button className="jp-mod-styled jp-mod-minimal" onClick={() => window.location.reload()}>
          {trans.__('Load the page again')}
        </button>
      </div>
    );
  }
}
