import type { Client } from '../../../shared/contract.ts'
import { troubleOf } from '../trouble.ts'
import { AlertsState } from './alerts.svelte.ts'
import { BrowseState } from './browse.svelte.ts'
import { ConnectionState } from './connection.svelte.ts'
import { ExcludedState } from './excluded.svelte.ts'
import { JobsState } from './jobs.svelte.ts'
import { LeftoversState } from './leftovers.svelte.ts'
import { LibraryState } from './library.svelte.ts'
import { LinksState } from './links.svelte.ts'
import { ModelsState } from './models.svelte.ts'
import { OffersState, type Example } from './offers.svelte.ts'
import { PickedState } from './picked.svelte.ts'
import { PreviewState } from './preview.svelte.ts'
import { SayingState } from './saying.svelte.ts'
import { SearchState } from './search.svelte.ts'
import { SelectionState } from './selection.svelte.ts'
import { StacksState } from './stacks.svelte.ts'
import { TrainingState } from './training.svelte.ts'
import { UnreachableState } from './unreachable.svelte.ts'

/** All that one open page knows, over one engine. What a call is refused for ends up in `alerts`, whoever called. */
export class Session {
  readonly alerts = new AlertsState()
  readonly selection = new SelectionState()
  readonly picked = new PickedState()
  readonly stacks = new StacksState()
  readonly connection: ConnectionState
  readonly search: SearchState
  readonly library: LibraryState
  readonly excluded: ExcludedState
  readonly saying: SayingState
  readonly links: LinksState
  readonly unreachable: UnreachableState
  readonly jobs: JobsState
  readonly leftovers: LeftoversState
  readonly training: TrainingState
  readonly offers: OffersState
  readonly models: ModelsState
  readonly preview: PreviewState
  /** The usual places of this machine, offered on the first page. */
  readonly places: BrowseState
  /** The folder picker's place. */
  readonly browse: BrowseState
  readonly #engine: Client

  /** @param examples  questions that the bar offers while nobody has asked any */
  constructor(engine: Client, examples: readonly Example[] = []) {
    const report = (error: unknown): void => this.report(error)
    this.#engine = engine
    this.connection = new ConnectionState(engine, () => this.begin())
    this.search = new SearchState(engine, report)
    this.library = new LibraryState(engine, report)
    // The person's own doing: they see it at once, whatever they are at.
    const showChange = async (): Promise<void> => {
      await Promise.all([this.search.refresh(), this.library.load()])
    }
    this.excluded = new ExcludedState(engine, report, showChange)
    this.links = new LinksState(engine, report, showChange)
    this.unreachable = new UnreachableState(engine, report, showChange)
    this.saying = new SayingState(engine, report, async marks => {
      this.search.mark(marks)
      await this.preview.look(marks)
    })
    this.jobs = new JobsState(engine, report)
    this.leftovers = new LeftoversState(engine, report)
    this.models = new ModelsState(engine, report)
    this.offers = new OffersState(engine, report, examples)
    this.training = new TrainingState(engine, report)
    this.preview = new PreviewState(engine, report)
    this.places = new BrowseState(engine, report)
    this.browse = new BrowseState(engine, report)
  }

  report(error: unknown): void {
    const trouble = troubleOf(error)
    if (trouble === 'connection') this.connection.lost(error)
    else if (trouble !== null) this.alerts.add(trouble.message, trouble.lead, trouble.lang)
  }

  /** At the start, and when a lost engine is there again. */
  begin(): void {
    void this.library.load().then(() => (this.library.status?.folders.length === 0 ? this.places.go(null) : undefined))
    void this.jobs.load()
    void this.training.refresh()
    void this.offers.load()
    void this.leftovers.load()
    this.search.ask()
  }

  /**
   * Follows the engine. Returns the function that stops it.
   *
   * @param mayReplaceResults  false while the person is at work in the results
   */
  listen(mayReplaceResults: () => boolean): () => void {
    const changed = (): void => this.search.libraryChanged(mayReplaceResults)
    const stops = [
      this.library.listen(),
      this.excluded.listen(),
      this.saying.listen(),
      this.links.listen(),
      this.unreachable.listen(),
      this.jobs.listen(),
      this.training.listen(),
      this.models.listen(),
      this.#engine.on('libraryChanged', changed),
      this.#engine.on('modelChanged', changed),
      this.#engine.on('projectorChanged', changed)
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }
}
