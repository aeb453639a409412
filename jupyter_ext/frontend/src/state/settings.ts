/** What people can switch off. */

import { Observable } from './observable';

export interface ISettings {
  /** Tell when a run has ended that was started here. */
  notifyAtEnd: boolean;
  /** Mark the parameters cell of notebooks, and offer a preview of the form it makes. */
  markParameters: boolean;
}

export const DEFAULTS: ISettings = { notifyAtEnd: true, markParameters: true };

export class Settings extends Observable<ISettings> {
  constructor() {
    super(DEFAULTS);
  }

  /** Take what the person has set; what is missing or no truth value stays. */
  take(given: Record<string, unknown>): void {
    const known = Object.entries(given).filter(([name, value]) => name in DEFAULTS && typeof value === 'boolean');
    this.value = { ...DEFAULTS, ...Object.fromEntries(known) };
  }
}
