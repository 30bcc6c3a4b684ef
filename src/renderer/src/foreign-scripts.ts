/**
 * Reverie has no service worker. One that is there was left by another program that had this port while Reverie was closed,
 * and could read along all that the page sends. It is removed; a page that it controls already has to be opened anew.
 */
export async function foreignScripts(): Promise<'none' | 'removed'> {
  // Not a browser, or one that has no such scripts here.
  const workers = (globalThis.navigator as Partial<Navigator> | undefined)?.serviceWorker
  if (workers === undefined) return 'none'
  const found = await workers.getRegistrations()
  await Promise.all(found.map(one => one.unregister()))
  return found.length === 0 && workers.controller === null ? 'none' : 'removed'
}
