import { expect, test } from 'vitest'
import { openBrowser } from '../e2e/reverie.ts'
import { weighHeap } from './heap.ts'

test('what a page keeps is weighed, and what V8 compiles of its scripts is told apart from it', async () => {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    const session = await page.context().newCDPSession(page)
    await page.evaluate('kept = []')
    await page.evaluate(busy)
    const before = await weighHeap(session)

    await page.evaluate('for (let i = 0; i < 8000; i++) kept.push({ i, list: [i, i], text: `${i} is kept` })')
    const withData = await weighHeap(session)
    expect(withData.heldBytes - before.heldBytes).toBeGreaterThan(5e5)
    expect(withData.codeBytes - before.codeBytes).toBeLessThan(5e4)

    // The same functions, more often.
    await page.evaluate('for (let i = 0; i < 2000; i++) for (const one of busy) one(i)')
    const withCode = await weighHeap(session)
    expect(withCode.codeBytes - withData.codeBytes).toBeGreaterThan(1e5)
    expect(withCode.heldBytes - withData.heldBytes).toBeLessThan(5e4)
  } finally {
    await browser.close()
  }
  // Taking a snapshot of a heap is slow where the machine is at other work.
})

/** Functions that have run once. */
const busy = `busy = [${Array.from({ length: 200 }, (_, n) => `x => { let y = ${n}; ${'y += (x * y) % 7; x ^= y; '.repeat(20)} return y }`).join()}]
  for (const one of busy) one(1)`
