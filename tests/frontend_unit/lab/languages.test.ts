/** The sidebar in another language, as JupyterLab reads its catalogue. */

import { DOMAIN } from '@lab/tokens';
import { TranslationManager, type ITranslatorConnector } from '@jupyterlab/translation';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const CATALOGUE = resolve(import.meta.dirname, '../../../jupyter_ext/locale/de_DE/LC_MESSAGES', `${DOMAIN}.json`);

async function spoken(locale: string) {
  const data = { [DOMAIN]: JSON.parse(readFileSync(CATALOGUE, 'utf8')) };
  const translator = new TranslationManager('', '', undefined, { fetch: async () => ({ data, message: '' }) } as unknown as ITranslatorConnector);
  await translator.fetch(locale);
  return translator.load(DOMAIN);
}

describe('the catalogue', () => {
  it('is found by the language, with fields, forms and contexts', async () => {
    const trans = await spoken('de_DE');

    expect(trans.__('Run %1', 'daily')).toBe('daily ausführen');
    expect([trans._n('%2 row', '%2 rows', 1, '1'), trans._n('%2 row', '%2 rows', 1200, '1.200')]).toEqual(['1 Zeile', '1.200 Zeilen']);
    expect([trans.__('Run'), trans._p('noun', 'Run')]).toEqual(['Ausführen', 'Lauf']);
  });

  it('is not asked for what nobody translated', async () => {
    expect((await spoken('de_DE')).__('Nobody says this of %1', 'x')).toBe('Nobody says this of x');
    expect((await spoken('en')).__('Run')).toBe('Run');
  });
});
