/** How people are called. */

/** Whom the name of a principal means, as people call her: by her address, or as a token of hers. */
export function called(name: string): string {
  const [address, token] = name.replace(/^user:/, '').split('/token:');
  return token === undefined ? address : `${address}, by a token`;
}
