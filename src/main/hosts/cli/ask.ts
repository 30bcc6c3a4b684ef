import { createInterface } from 'node:readline/promises'

/** Asks the person at the terminal; nothing but “y” or “yes” is a yes. The question does not mix with what goes to a pipe. */
export async function askOnTerminal(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
