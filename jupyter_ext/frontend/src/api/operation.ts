/** An operation of the server as the browser knows it; `operations.ts` has one constant for each. */

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface IOperation<Request, Reply> {
  readonly method: Method;
  /** The route below the API's prefix; `{fields}` are taken from the request. */
  readonly path: string;
  readonly gives: 'json' | 'file';
  /** It asks for the version that was read, as If-Match. */
  readonly versioned: boolean;
  /** It may be sent again with the same key and is carried out once. */
  readonly idempotent: boolean;
  /** Only for the type checker. */
  readonly types?: (request: Request) => Reply;
}

/** What a generated constant stands for. */
export function operation<Request, Reply>(
  method: Method,
  path: string,
  more: { gives?: 'file'; versioned?: true; idempotent?: true } = {}
): IOperation<Request, Reply> {
  return { method, path, gives: 'json', versioned: false, idempotent: false, ...more };
}
