/** 4 KB: the end of a stack trace or of a native library's complaint. */
const keptCharacters = 4096

/** The end of what a process wrote to its stderr: the reason, when it dies. */
export class LastWords {
  #text = ''

  constructor(stream: NodeJS.ReadableStream | null) {
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-keptCharacters)
    })
    // A pipe that breaks with its process has nothing more to say.
    stream?.on('error', () => undefined)
  }

  text(): string {
    return this.#text
  }
}
