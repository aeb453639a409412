/** A page of the workbench within JupyterLab: without its own menu, and as dark as what is around it. */

import { IFrame, type IThemeManager } from '@jupyterlab/apputils';

// What opens beside it, such as a file, is no longer in the frame; its type misspells the exception that says so.
const ESCAPE = 'allow-popups-to-escape-sandbox' as IFrame.SandboxExceptions;
const SANDBOX: IFrame.SandboxExceptions[] = [
  'allow-same-origin',
  'allow-scripts',
  'allow-forms',
  'allow-downloads',
  'allow-modals',
  'allow-popups',
  ESCAPE
];

export class PageFrame extends IFrame {
  constructor(
    url: string,
    private themes: IThemeManager | null
  ) {
    super({ sandbox: SANDBOX });
    this.url = `${url}?embed=lab${this.theme === null ? '' : `&theme=${this.theme}`}`;
    this.frame.addEventListener('load', this.tell); // whatever page is there by now
    themes?.themeChanged.connect(this.tell);
  }

  override dispose(): void {
    this.themes?.themeChanged.disconnect(this.tell);
    super.dispose();
  }

  private get frame(): HTMLIFrameElement {
    return this.node.querySelector('iframe')!;
  }

  private get theme(): 'dark' | 'light' | null {
    const name = this.themes?.theme ?? null;
    return name === null ? null : this.themes!.isLight(name) ? 'light' : 'dark';
  }

  private tell = (): void => {
    if (this.theme !== null) this.frame.contentWindow?.postMessage({ theme: this.theme }, window.location.origin);
  };
}
