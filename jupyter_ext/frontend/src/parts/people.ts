/** How people are called. */

import type { TranslationBundle } from '@jupyterlab/translation';

/** Whom the name of a principal means, as people call her: by her address, or as a token of hers. */
export function called(name: string, trans: TranslationBundle): string {
  const [address, token] = name.replace(/^user:/, '').split('/token:');
  return token === undefined ? address : trans.__('%1, by a token', address);
}
