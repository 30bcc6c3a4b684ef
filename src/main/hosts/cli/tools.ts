import type { Command } from 'commander'
import type { Client } from '../../../shared/contract.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Shared } from './command-deps.ts'
import type { FollowOptions } from './follow-jobs.ts'

/** What a family of commands is given. */
export interface Tools {
  /** @param under  the command that it belongs to; none when absent */
  readonly add: (name: string, description: string, under?: Command) => Command
  readonly print: (options: Shared, value: unknown, lines: () => readonly string[]) => void
  readonly following: (options: Shared) => FollowOptions
  readonly withEngine: <T>(options: Shared, use: (client: Client, engine: Engine) => Promise<T>) => Promise<T>
}
