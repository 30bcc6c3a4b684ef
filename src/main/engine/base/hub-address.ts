/** https anywhere; http for a mirror on this machine, and there only. */
export function mayBeAsked(url: URL, hub: URL): boolean {
  if (url.username !== '' || url.password !== '') return false
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && url.host === hub.host && isOnThisMachine(url.hostname))
  )
}

/** Whether a text can be the address of a mirror. */
export function isHubAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && url.search === '' && url.hash === '' && mayBeAsked(url, url)
}

function isOnThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
