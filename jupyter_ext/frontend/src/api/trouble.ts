/** What went wrong, as a person should hear it: a sentence, and what she can do. */

import type { Problem } from './operations';

/**
 * unreachable   no answer came
 * signed-out    the session has ended
 * refused       the caller may not do this
 * no-extension  the server answers, but not the workbench
 * missing       what was asked for is not there
 * invalid       the request is wrong; `errors` says where
 * other         anything else, as the server says it
 */
export type Kind = 'unreachable' | 'signed-out' | 'refused' | 'no-extension' | 'missing' | 'invalid' | 'other';

export interface IFieldError {
  pointer: string;
  message: string;
}

/** A refusal or failure; `detail` and `fix` are sentences of the server's where it gave some. */
export class Trouble extends Error {
  constructor(
    readonly kind: Kind,
    readonly detail: string,
    readonly more: { status?: number; fix?: string; code?: string; correlation?: string; errors?: IFieldError[] } = {}
  ) {
    super(detail);
    this.name = 'Trouble';
  }

  get fix(): string {
    return this.more.fix ?? '';
  }

  get errors(): IFieldError[] {
    return this.more.errors ?? [];
  }

  /** Anything that was thrown, as trouble. */
  static of(error: unknown): Trouble {
    if (error instanceof Trouble) {
      return error;
    }
    return new Trouble('other', error instanceof Error ? error.message : String(error));
  }
}

const KINDS: Record<number, Kind> = { 401: 'signed-out', 403: 'refused', 404: 'missing', 400: 'invalid', 422: 'invalid' };

/** The trouble that an answer other than 2xx tells of. */
export async function troubleOf(response: Response): Promise<Trouble> {
  const status = response.status;
  if (!isOurs(response)) {
    // Jupyter itself answered: the session is over, or nobody serves this route.
    const kind = status === 401 || status === 403 ? 'signed-out' : status === 404 ? 'no-extension' : 'other';
    return new Trouble(kind, `${status} ${response.statusText}`, { status });
  }
  const problem = (await response.json()) as Problem;
  return new Trouble(KINDS[status] ?? 'other', problem.detail || problem.title, {
    status,
    fix: problem.fix,
    code: problem.code,
    correlation: problem.correlation_id ?? undefined,
    errors: (problem.errors ?? []) as IFieldError[]
  });
}

function isOurs(response: Response): boolean {
  return (response.headers.get('Content-Type') ?? '').startsWith('application/problem+json');
}
