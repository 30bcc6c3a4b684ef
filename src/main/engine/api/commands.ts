import type { Commands } from '../../../shared/contract.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Handlers } from './dispatch.ts'
import type { EngineParts } from './parts.ts'
import { exclude, include } from '../features/indexing/excluding.ts'
import { answerOutsideLinks } from '../features/indexing/outside-links.ts'
import { removeFolder } from '../features/indexing/remove-folder.ts'
import { forgetUnreachable, recallForgotten } from '../features/indexing/forget-unreachable.ts'
import type { JobQueue } from '../base/job-queue.ts'
import { checkedFolder } from '../features/indexing/checked-folder.ts'
import { judge, takeBackVerdicts } from '../features/saying/judging.ts'
import { writeSidecars } from '../features/saying/sidecars.ts'
import { keyOfText } from '../features/searching/said-of-hits.ts'
import { confirmPair } from '../features/learning/list-pairs.ts'
import { changeSettings, encoderThreads } from '../store/user-settings.ts'

/** What can be changed. Dispatch runs those of one share one at a time: see shares.ts. */
export function createCommands(parts: EngineParts): Pick<Handlers, keyof Commands> {
  const {
    store,
    encoders,
    model,
    choice,
    preparation,
    indexing,
    installing,
    versions,
    training,
    searches,
    saying,
    leftBehind
  } = parts
  /** Jobs of all kinds look alike from outside; an unknown one is for indexing to refuse. */
  const queueOf = (jobId: string): JobQueue =>
    [training.queue, preparation.queue, installing.queue].find(queue =>
      queue.all().some(job => job.jobId === jobId && job.state !== 'ended')
    ) ?? indexing.queue
  return {
    async addFolder({ path }) {
      const folder = await checkedFolder(path)
      const { folderId } = store.folders.add(folder, Date.now())
      await indexing.syncWatches()
      return { folderId, jobId: indexing.request() }
    },

    async removeFolder({ folderId }) {
      await removeFolder(folderId, parts)
      await indexing.syncWatches()
      return null
    },

    indexLibrary: () => ({ jobId: indexing.request() }),

    retryFailed({ itemIds }) {
      store.items.retry(itemIds ?? null)
      return { jobId: indexing.request() }
    },

    rebuildLibrary: () => ({ jobId: indexing.rebuild() }),
    exclude: input => exclude(input, parts, Date.now()),
    async include(input) {
      return { jobId: await include(input, parts) }
    },

    async answerOutsideLinks(input) {
      return { jobId: await answerOutsideLinks(input, parts) }
    },

    forgetUnreachable: input => forgetUnreachable(input, parts, Date.now()),
    async recallForgotten({ forgottenMs }) {
      return { files: await recallForgotten(forgottenMs ?? null, parts) }
    },

    say: input => saying.say(input),
    putWords: ({ words }) => saying.put(words),
    judge: input => judge(input, keyOfText(input, parts), store, Date.now()),
    writeSidecars: ({ itemIds }, signal) =>
      writeSidecars(itemIds ?? null, { store, encoder: encoders.pictures }, signal),
    takeBackVerdicts: ({ verdictIds }) => takeBackVerdicts(verdictIds, store),

    rememberSearch({ text }) {
      searches.remember(text)
      return null
    },

    saveSearch({ text, isSaved }) {
      searches.save(text, isSaved)
      return null
    },

    forgetSearches() {
      searches.forget()
      return null
    },

    async activateModel({ packId }) {
      await choice.activate(packId)
      return null
    },

    installModel: asked => ({ jobId: installing.request(asked) }),

    async removeModel({ packId }) {
      // Which pack is in use is known once it is open, or could not be opened.
      await model.open().catch(() => null)
      return installing.remove(packId)
    },

    addModel: (input, signal) => parts.addModel(input, signal),

    async forgetModelEmbeddings({ packId }) {
      return { freedBytes: await choice.forget(packId) }
    },

    confirmPair(said) {
      confirmPair(store, said, Date.now())
      return null
    },

    async trainProjector(asked) {
      return { jobId: await training.request(asked) }
    },

    async activateProjector({ versionId }) {
      await model.open()
      return { jobId: versions.request(versionId) }
    },

    cancelJob({ jobId }) {
      const queue = queueOf(jobId)
      if (queue === indexing.queue) indexing.cancel(jobId)
      else queue.cancel(jobId)
      return null
    },

    pauseJob({ jobId }) {
      queueOf(jobId).pause(jobId)
      return null
    },

    resumeJob({ jobId }) {
      queueOf(jobId).resume(jobId)
      return null
    },

    async changeSettings(change) {
      const settings: Settings = changeSettings(store, change)
      if (change.encoderThreads !== undefined) {
        // In this order: what is put to use between the two was told before.
        await preparation.useThreads(encoderThreads(settings))
        await encoders.useThreads(encoderThreads(settings))
      }
      if (settings.isOffline) installing.stop()
      if (change.watchFolders !== undefined) await indexing.syncWatches()
      return settings
    },

    settleLeftovers: ({ hasConsent }) => leftBehind.settle(hasConsent)
  }
}
