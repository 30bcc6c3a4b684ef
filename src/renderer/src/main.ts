import { mount } from 'svelte'
import { createClient } from './client.ts'
import { admit } from './contact.ts'
import { browserHost } from './host.ts'
import { useKeys } from './media-address.svelte.ts'
import './style/tokens.css'
import './style/base.css'
import { hasTicket, keptAdmission, takeTicket } from './ticket.ts'
import { httpTransport } from './transport-http.ts'
import { desktopBridge, portTransport } from './transport-port.ts'
import { keptLanguage } from './words/kept-language.ts'
import { directionOf, languageFor } from './words/languages.ts'
import { loadWords } from './words/load.ts'

/** The page's parts take their words as they are loaded, so the words come first. */
async function begin(target: HTMLElement, ticket: string | null): Promise<void> {
  const language = languageFor(keptLanguage(), navigator.languages)
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  await loadWords(language)
  const bridge = desktopBridge()
  if (bridge !== null) {
    const { default: App } = await import('./App.svelte')
    mount(App, { target, props: { engine: createClient(portTransport(bridge)), host: bridge } })
    return
  }
  const contact = await admit(ticket, keptAdmission, { onKeys: useKeys })
  if (typeof contact === 'string') {
    const { default: NotAdmitted } = await import('./components/NotAdmitted.svelte')
    mount(NotAdmitted, { target, props: { why: contact } })
    return
  }
  const { default: App } = await import('./App.svelte')
  mount(App, { target, props: { engine: createClient(httpTransport(contact)), host: browserHost } })
}

const ticket = takeTicket()
// An address with a ticket that is put into a tab which has this page already changes the fragment only.
addEventListener('hashchange', () => {
  if (hasTicket()) location.reload()
})
const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the page.')
void begin(target, ticket)
