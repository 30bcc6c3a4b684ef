/** Every number that someone may want to turn, with its unit and where it comes from. */
export const config = {
  /** Files that are in the encoder process at once: two batches of eight, so that decoding and encoding overlap. */
  readsInFlight: 16,
  /** Decodes at once inside the encoder process; more gave nothing on two cores (platform measurements). */
  decodesInFlight: 4,
  /** Photos in one run of the image tower. */
  encodeBatch: 8,
  /** A photo does not wait longer than this for its batch to fill. */
  encodeBatchWaitMs: 120,
  /** Items that are saved one after the other, in several transactions; a kill loses at most these. */
  saveBatch: 32,
  /** Passages of such items: three of the longest notes at once would fill the engine's memory for nothing. */
  saveBatchPassages: 4000,
  saveEveryMs: 1500,
  /** Items saved in one transaction, each with its thumbnail: about 10 ms, so a question waits no longer. */
  saveItems: 8,
  /** Rows of a table (passages, vectors, links) written in one transaction: 5 to 15 ms, so a question waits no longer. */
  saveRows: 48,
  /** Passages of a note in one message of the encoder process: 0.3 MB with their vectors, which is read in about 2 ms. */
  messagePassages: 64,
  messageLinks: 512,
  /**
   * Passages of one note that are encoded, from its beginning: a book of 170,000 words. Of a chat of 6 MB, 9,400 passages,
   * encoding takes 5 s with the smallest text tower and minutes with a larger one, and its rows in the store are as many as
   * those of 9,400 photos. What follows is found by its words, up to `noteLimits.maxPassages`.
   */
  encodedPassages: 2000,
  /** Larger notes are read one at a time. */
  longTextBytes: 1_000_000,
  /** A file that takes longer, its neighbours' turns not counted, is given up (issue: 30 s per file). */
  fileTimeoutMs: 30_000,
  /** The process that encodes the library ends so long after a job: one that a watched folder starts again finds it open. */
  libraryIdleMs: 20_000,
  /** The process that opens pictures ends so long after the last: starting it takes half a second, which a person sees. */
  picturesIdleMs: 600_000,
  /** The encoder process is taken for hung when it was silent for this long: a blocked decode plus some air. */
  workerSilenceMs: 40_000,
  /** Before a worker process that dies while it starts is started again: a shortage of memory is often over in seconds. */
  startPausesMs: [100, 500, 2000],
  /** A killed process is waited for at most this long when the engine closes: one that hangs in a dead disk ends when it can. */
  workerEndMs: 5000,
  /** Looking at a model that is to be added is given up after this: reading some gigabytes twice from a slow disk, with air. */
  modelInspectionMs: 600_000,
  /** The trainer process is taken for hung after this: a driver that compiles its shaders blocks it for a minute or more. */
  trainerSilenceMs: 300_000,
  /** A device that has not passed its self-test by then is not used, until the test is made again. */
  deviceTestMs: 90_000,
  /** How long the results of such tests are believed. */
  deviceTestHoldsMs: 30 * 86_400_000,
  /** Of the CPU's steps a second: what a device must reach to be chosen by itself (a driver is one more thing that can fail). */
  deviceMargin: 1.2,
  /** Values of a training's rows in one message: 4 MB, which is copied in about 2 ms. */
  sentValues: 2 ** 20,
  /** Photos that are encoded turned at once: a search or an indexing run finds the encoder free soon. */
  rotationsInFlight: 2,
  /** When nobody names a seed: the same pairs then give the same projector. */
  trainingSeed: 1,
  /** A tag or a folder of at least this many photos is a label (SSAL design). */
  labelPhotos: 5,
  /**
   * What was read of a deleted or forgotten file is kept for this long, in case it comes back: about as long as the systems' own
   * bins keep files (Windows and macOS: 30 days where that is switched on).
   */
  keepDeletedDays: 30,
  /** Rows read from the store at a time while indexing. */
  pageSize: 256,
  /** Rows projected in one call of the trainer process: 2 MiB of 256 numbers each. */
  projectRows: 4096,
  /** Calls that are under way at once: the trainer process never waits for a write, and reading begins while it still starts. */
  projectAhead: 3,
  /** Of them, rows written in one transaction: a search waits no longer than for one. */
  projectSaveRows: 512,
  /** UTF-16 units of a question that are read: five pages. What is pasted beyond is not, and that is told. */
  longestQuestion: 10_000,
  /** Hits in an answer when the caller does not say. */
  defaultLimit: 60,
  maximumLimit: 1000,
  /** Items that one lane of a question finds: enough that another lane can lift one of its weaker finds onto the page. */
  laneDepth: 200,
  /** Pictures from outside that are kept for this session. */
  openedImages: 32,
  thumbnailPx: 320,
  /** The longer side of a photo as the preview shows it. */
  previewPx: 2560,
  /** Progress events a second. */
  progressEveryMs: 250
} as const
