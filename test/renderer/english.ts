import { loadWords } from '../../src/renderer/src/words/load.ts'

/** To be imported before what takes its words from chosen.ts, as main.ts does on the page. */
await loadWords('en')
