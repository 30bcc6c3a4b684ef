/** A process that fetches a model as the app does, to be looked at afterwards: node install-privately.ts <data> <hub> <offer as JSON> */
import type { Offer } from '../../../src/main/engine/hub/catalogue.ts'
import { keepFilesPrivate } from '../../../src/main/hosts/common/private-files.ts'
import { openRealEngine } from '../../engine/real-engine.ts'

const [data = '', hubUrl = '', offer = ''] = process.argv.slice(2)
keepFilesPrivate()
const engine = await openRealEngine(data, [], { offers: [JSON.parse(offer) as Offer], log: () => undefined })
await engine.client.changeSettings({ hubUrl })
await engine.client.installModel({ offerId: 'tiny', hasConsent: true })
await engine.idle()
await engine.close()
