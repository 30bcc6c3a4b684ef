import { mount } from 'svelte'
import type { Client } from '../../shared/contract.ts'
import type { PageLanguage } from '../../shared/settings.ts'
import { createClient } from './client.ts'
import { admit } from './contact.ts'
import { browserHost, type Host } from './host.ts'
import { useKeys } from './media-address.svelte.ts'
import './style/tokens.css'
import './style/base.css'
import { hasTicket, keptAdmission, takeTicket } from './ticket.ts'
import { httpTransport } from './transport-http.ts'
import { desktopBridge, portTransport } from './transport-port.ts'
import { directionOf, languageFor } from './words/languages.ts'
import { loadWords } from './words/load.ts'

async function begin(target: HTMLElement, ticket: string | null): Promise<void> {
  const bridge = desktopBridge()
  if (bridge !== null) return show(target, createClient(portTransport(bridge)), bridge)
  const contact = await admit(ticket, keptAdmission, { onKeys: useKeys })
  if (typeof contact !== 'string') return show(target, createClient(httpTransport(contact)), browserHost)
  await speak(null)
  const { default: NotAdmitted } = await import('./components/NotAdmitted.svelte')
  mount(NotAdmitted, { target, props: { why: contact } })
}

async function show(target: HTMLElement, engine: Client, host: Host): Promise<void> {
  await speak(await chosenLanguage(engine))
  const { default: App } = await import('./App.svelte')
  mount(App, { target, props: { engine, host } })
}

/** The page's parts take their words as they are loaded, so the words come first. */
async function speak(chosen: PageLanguage | null): Promise<void> {
  const language = languageFor(chosen, navigator.languages)
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  await loadWords(language)
}

/** Whoever cannot be asked now is asked again by the page, which says so. */
async function chosenLanguage(engine: Client): Promise<PageLanguage | null> {
  try {
    return (await engine.settings({})).language
  } catch {
    return null
  }
}

const ticket = takeTicket()
// An address with a ticket that is put into a tab which has this page already changes the fragment only.
addEventListener('hashchange', () => {
  if (hasTicket()) location.reload()
})
const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the page.')
void begin(target, ticket)
