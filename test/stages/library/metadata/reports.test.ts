/**
 * Photos of the forms that users of other systems reported, made for this purpose: what is right stands in the README beside each.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PhotoFormat, PhotoMetadata } from '../../../../src/main/engine/base/domain.ts'
import { bytesOf } from '../../../../src/main/engine/stages/library/metadata/bytes.ts'
import { readMetadata } from '../../../../src/main/engine/stages/library/metadata/read-metadata.ts'
import { sharedData } from '../../../tools/shared-data.ts'

const data = sharedData()
const reports = data === null ? '' : join(data, 'reports')
if (!existsSync(reports))
  console.log('skipped: reports of others (this needs the shared data folder or $REVERIE_TEST_DATA)')

const fileDay = '2024-11-05'

function read(path: string): PhotoMetadata {
  const [, stem = '', name = ''] = /^((?:.*\/)?([^/]*))\.\w+$/.exec(path) ?? []
  const sidecarPaths = [`${path}.xmp`, `${stem}.xmp`].map(one => join(data ?? '', one)).filter(one => existsSync(one))
  const format: PhotoFormat = path.endsWith('.png') ? 'png' : 'jpeg'
  return readMetadata(bytesOf(readFileSync(join(data ?? '', path))), format, {
    fileName: path.slice(path.indexOf(name)),
    modifiedMs: new Date(`${fileDay}T12:00:00`).getTime(),
    sidecarPaths
  })
}

const precisionOf = (path: string): string => read(path).date.precision ?? 'day'
const dateOf = (path: string): string => new Date(read(path).date.localMs).toISOString().slice(0, 19)
const wordsOf = ({ title, description, keywords }: PhotoMetadata): string =>
  [title, description, ...keywords].join(' ').toLowerCase()

describe.skipIf(data === null)('reports of others', () => {
  test.each([
    ['reports/R01-xmp-gps-reference/a_apple.jpg', 44.5, -68.25],
    ['reports/R01-xmp-gps-reference/b_south_attr.jpg', -36.804, 174.7265],
    ['reports/R01-xmp-gps-reference/c_embedded.jpg', -33.9, -70.75],
    ['reports/R01-xmp-gps-reference/d_control.jpg', -36.804, 174.7265],
    ['reports/R01-xmp-gps-reference/e_signed.jpg', -33.9, -70.75],
    ['reports/R02-sidecar-corrects/c_place.jpg', 38.72, -9.14],
    ['people/apple-xmp-west/IMG_0101.jpg', 45.5017, -73.5672],
    ['people/apple-xmp-south/IMG_0102.jpg', -33.4489, -70.6693],
    ['people/apple-xmp-south/IMG_0103.jpg', 48.2082, 16.3738],
    ['people/png-raw-profile/lanterns.png', 48.8584, 2.2945]
  ])('%s is at %f, %f', (path, latitude, longitude) => {
    const place = read(path)
    expect(place.latitude).toBeCloseTo(latitude, 3)
    expect(place.longitude).toBeCloseTo(longitude, 3)
  })

  test.each([
    ['reports/R02-sidecar-corrects/a_date.jpg', '2016-08-14T15:30:00'],
    ['reports/R02-sidecar-corrects/b_stem_created.jpg', '2016-08-14T15:30:00'],
    ['reports/R02-sidecar-corrects/d_embedded_xmp.jpg', '2007-01-01T00:01:10'],
    ['reports/R05-scanned/a_xmp_created.jpg', '1965-07-18T00:00:00'],
    ['reports/R05-scanned/b_iptc_created.jpg', '1965-07-18T00:00:00'],
    ['reports/R05-scanned/c_sidecar.jpg', '1965-07-01T00:00:00'],
    ['reports/R05-scanned/d_only_modify.jpg', '1965-01-01T00:00:00'],
    ['reports/R05-scanned/e_original.jpg', '1965-07-18'],
    ['reports/R07-name-dates/IMG20210506070809.jpg', '2021-05-06T07:08:09'],
    ['reports/R07-name-dates/20210506070810.jpg', '2021-05-06T07:08:10'],
    ['reports/R07-name-dates/00001IMG_00001_BURST20210506070811.jpg', '2021-05-06T07:08:11'],
    ['reports/R07-name-dates/DJI_20210506070822_0094_D.jpg', '2021-05-06T07:08:22'],
    ['reports/R07-name-dates/Pasted image 20210503142055.png', '2021-05-03T14:20:55'],
    ['reports/R07-name-dates/1620284891234.jpg', '2021-05-06'],
    ['reports/R07-name-dates/FB_IMG_1620284889000.jpg', '2021-05-06'],
    ['reports/R07-name-dates/mmexport1620284890123.jpg', '2021-05-06'],
    ['reports/R07-name-dates/Screenshot 2021-05-06 at 7.08.13 PM.jpg', '2021-05-06T19:08:13'],
    ['reports/R07-name-dates/6.5.2021 garden.jpg', '2021-05-06T00:00:00'],
    ['reports/R07-name-dates/Photo 06.05.21 garden.jpg', '2021-05-06T00:00:00'],
    ['reports/R16-gps-date/a_gpsdate.jpg', '2020-02-13'],
    ['reports/R16-gps-date/b_gpsdate_modify.jpg', '2020-02-13'],
    ['reports/R17-png-time/b.png', '2019-12-22T18:04:05'],
    ['reports/R17-png-time/d_windows.png', '2019-12-22T18:04:05'],
    ['reports/R17-png-time/a_rfc.png', '2019-12-22T18:04:05'],
    ['reports/R28-partial-dates/b_zeros.jpg', '1993-01-01T00:00:00'],
    ['reports/R28-partial-dates/g_noon.jpg', '1993-01-01T00:00:00'],
    ['reports/R28-partial-dates/c_month.jpg', '1993-06-01T00:00:00'],
    ['reports/R28-partial-dates/c_yearonly.jpg', '1965-01-01T00:00:00'],
    ['reports/R28-partial-dates/f_blank.jpg', '1993-06-01T00:00:00'],
    ['reports/R28-partial-dates/d_pad.jpg', '2007-02-09T08:05:06'],
    ['reports/R28-partial-dates/i_iptc.jpg', '1993-01-01T00:00:00'],
    ['reports/R28-partial-dates/a_year.jpg', '1993-01-01T00:00:00'],
    ['reports/R28-partial-dates/h_xmpyear.jpg', '1993-01-01T00:00:00'],
    ['reports/R28-partial-dates/a_zero.jpg', '2007-02-19'],
    ['reports/R28-partial-dates/b_spaces.jpg', '2007-02-19'],
    ['people/png-raw-profile/lanterns.png', '2006-02-04T16:09:30'],
    ['people/names-12-hours/Screenshot 2024-01-02 at 3.04.05\u202fPM.png', '2024-01-02T15:04:05'],
    ['people/names-12-hours/Screenshot 2024-01-02 at 11.04.05\u202fPM.png', '2024-01-02T23:04:05'],
    ['people/names-12-hours/WhatsApp Image 2024-01-02 at 9.04.05 PM.jpeg', '2024-01-02T21:04:05']
  ])('%s is of %s', (path, date) => {
    expect(dateOf(path).startsWith(date), dateOf(path)).toBe(true)
  })

  test.each([
    ['b_zeros', 'year'],
    ['g_noon', 'year'],
    ['i_iptc', 'year'],
    ['a_year', 'year'],
    ['h_xmpyear', 'year'],
    ['c_month', 'month'],
    ['c_yearonly', 'year'],
    ['f_blank', 'month'],
    ['d_pad', 'day'],
    ['a_zero', 'day']
  ])('of the date of R28 %s the %s is known', (name, precision) => {
    expect(precisionOf(`reports/R28-partial-dates/${name}.jpg`)).toBe(precision)
  })

  test.each([
    ['reports/R08-place-words/a_iptc.jpg', ['caprile', 'veneto', 'italy', 'malga ciapela']],
    ['reports/R08-place-words/b_xmp.jpg', ['sognefjord', 'balestrand']],
    ['reports/R08-place-words/c_ext.jpg', ['zakopane']],
    ['reports/R08-place-words/d_sidecar.jpg', ['ronda']],
    ['reports/R17-png-time/e_params.png', ['lighthouse']],
    ['reports/R25-alt-text/a_alt.jpg', ['heron', 'jetty']],
    ['reports/R25-alt-text/b_usercomment_xmp.jpg', ['heron']],
    ['reports/R25-alt-text/c_tiff_desc.jpg', ['boathouse']],
    ['reports/R25-alt-text/d_event.jpg', ['herta']],
    ['reports/R25-alt-text/b_lang.jpg', ['leuchtturm']],
    ['reports/R25-alt-text/c_langtitle.jpg', ['phare']],
    ['reports/R31-jpeg-comment/a_com.jpg', ['dragonfly']],
    ['people/face-regions-microsoft/DSC_0404.jpg', ['bo hartmann']],
    ['people/place-words/DSC_0505.jpg', ['zermatt', 'findelbach', 'switzerland']],
    ['people/place-words/DSC_0506.jpg', ['ushuaia', 'argentina', 'playa larga']],
    ['people/place-words/DSC_0507.jpg', ['luang prabang', 'laos']],
    ['people/iptc-alt-text/DSC_0808.jpg', ['tabby kitten', 'knitted blanket']],
    ['people/png-raw-profile/lanterns.png', ['paper lanterns on the canal']]
  ])('%s says %j', (path, words) => {
    expect(words.filter(word => !wordsOf(read(path)).includes(word))).toEqual([])
  })
})
