/**
 * Lists by key.
 *
 * @module
 */

/** Adds a value to the list of `key`, which begins with it if there is none. */
export function pushTo<K, A>(lists: Map<K, A[]>, key: K, value: A): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
