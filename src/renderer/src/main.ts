import { mount } from 'svelte'
import { createClient } from './client.ts'
import { browserHost } from './host.ts'
import './style/tokens.css'
import './style/base.css'
import { desktopBridge } from './transport-port.ts'
import { keptLanguage } from './words/kept-language.ts'
import { directionOf, languageFor } from './words/languages.ts'
import { loadWords } from './words/load.ts'

/** The page's parts take their words as they are loaded, so the words come first. */
async function begin(target: HTMLElement): Promise<void> {
  const language = languageFor(keptLanguage(), navigator.languages)
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  await loadWords(language)
  const { default: App } = await import('./App.svelte')
  mount(App, { target, props: { engine: createClient(), host: desktopBridge() ?? browserHost } })
}

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no place for the page.')
void begin(target)
