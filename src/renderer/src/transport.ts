import type { Reply } from '../../shared/wire.ts'

/** Carries calls and events, whatever lies between. */
export interface Transport {
  /**
   * Rejects only when the engine cannot be reached; a refusal is a reply. When the signal is aborted it stops the work;
   * nobody waits for what becomes of the reply then.
   */
  call(method: string, input: unknown, signal: AbortSignal | undefined): Promise<Reply>
  /** Returns the function that stops listening. */
  onEvent(listener: (name: string, payload: unknown) => void): () => void
}
