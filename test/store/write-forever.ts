/**
 * A process that indexes until it is killed: `node write-forever.ts <data folder>`. It prints a line after each batch of
 * ten. Each batch is one transaction, and between two of them it waits, as indexing waits for files.
 */
import { setTimeout } from 'node:timers/promises'
import { openStore } from '../../src/main/engine/store/database.ts'
import { acquireWriter } from '../../src/main/engine/store/writer-lock.ts'
import { addFiles, note, unit } from './drawn.ts'

const folder = process.argv[2] ?? ''
acquireWriter(folder)
const store = openStore({ folder })
for (let batch = store.items.counts().eligible / 10; ; batch++) {
  store.transaction(() => {
    const paths = Array.from({ length: 10 }, (_, i) => `${batch}-${i}.md`)
    for (const itemId of addFiles(store, '/notes', ...paths)) {
      store.items.saveReading(itemId, note(`${itemId}`, ['hedgehog', 'badger']))
      store.items.markEncoded(itemId, 'model')
      store.thumbnails.save([{ itemId, jpeg: Uint8Array.of(1) }])
      const rows = [0, 1].map(part => ({ itemId, part, rotationDeg: 0 as const, vector: unit(part) }))
      store.embeddings.save('encoder', rows)
      store.projections.save('space', rows)
    }
  })
  process.stdout.write(`${batch}\n`)
  await setTimeout(20)
}
