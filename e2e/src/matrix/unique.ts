/** Makes names that nobody else uses: not another case, not another runtime on the same broker. */
export function unique(): (name: string) => string {
  const id = crypto.randomUUID().slice(0, 8);
  return (name) => `${name}-${id}`;
}
