/** Words that a camera, a phone or a program wrote where a person could have written. Compared whole, without case. */
const phrases: readonly RegExp[] = [
  // Firmware: "SONY DSC", "SAMSUNG", "Exif_JPEG_PICTURE".
  /^sony dsc$/,
  /^(?:minolta|konica|kodak|jenoptik|maginon|medion|samsung|lg|htc|nokia|motorola|huawei|xiaomi|dcim|camera|default)$/,
  /^(?:exif|jpeg|image|picture|photo|untitled|no title|ohne titel|sans titre|sin título|none|null|n\/a|-+|\.+|_+)$/,
  /^(?:exif_jpeg_picture|exif_jpeg_t\d+|jpeg_picture)$/,
  /^(?:cof|dav|mde|rbt|ptr|hdr|bst|burst|oznor|oznorwo|edf|sdr|dig|fbt|msf|nor|vsco|lifestyle_preset|yakıllı)$/, // Huawei, Honor
  // Programs: "Created with GIMP", "Adobe Photoshop 7.0", "Kofax PDF Filter - version 3.75.", "Processed with VSCO …".
  /^(?:created|made|edited|processed|generated|exported|drawn|taken|shot|captured|compressed|optimi[sz]ed) (?:with|by|using|in|on) .{1,60}$/,
  /^(?:adobe|corel|microsoft|apple|google|acd|paint\.net|paint shop|gimp|imagemagick|graphicsmagick|kofax|picasa|irfanview|snapseed|lavc|ulead|intel\(r\) jpeg|handmade software|photoshop|lightroom|darktable|digikam|capture one|lead technologies|cs\d|file source|file written by)\b.{0,60}(?:\d|photoshop|picasa|gimp|paint|lightroom|elements|library|filter|inc\.?|software|macintosh\)|windows\))\.?$/,
  /^(?:creator|software|version|encoder|charset|quality|creator tool)\s*[:=].{0,120}$/,
  /^(?:intel\(r\) jpeg library|adobe imageready|applemark|jfif|jpegmini|ipix -)(?:$|\W.{0,80}$)/,
  /^<[^<>]*>$/,
  /^(?:copyright|\(c\)|©).{0,160}$/,
  /^file source: \S+$/,
  /^.{0,40}\bversion \d+(?:\.\d+)*\.?$/,
  /^(?:ascii|unicode|jis|gcm_tag)$/,
  // Screens.
  /^(?:screen ?shot|screen ?capture|bildschirmfoto|capture d.écran|captura de pantalla|schermafbeelding|skärmavbild)\b.{0,60}$/,
  // File names and paths in place of words: "IMG_1234", "DSC00019.JPG", "P1010001", "DCIM\100GOPRO\GOPR0482.JPG".
  /^(?:[a-z]:)?[\w .-]*[\\/][^\n]*\.(?:jpe?g|heic|heif|png|tiff?|gif|webp|avif|bmp|dng|nef|cr[23w]|arw|raf|rw2|orf)$/,
  /^[^\s]{1,80}\.(?:jpe?g|heic|heif|png|tiff?|gif|webp|avif|bmp|dng|nef|cr[23w]|arw|raf|rw2|orf)$/,
  /^(?:img|_?mg|dsc[nf]?|_dsc|pict?|imgp?|p|pa|pb|pc|mvi|mov|pxl|gopr|gp|cimg|sam|wp|dji|photo|image|scan|snc|stc|hpim|kif|kic|dcp|ex|im|s|sdc|vlcsnap|fb_img|signal|received|screenshot)[-_ ]?\(?\d{3,}[-_\d()]{0,20}(?:[-_ ](?:edited|copy|hdr|pano|burst|cover|eff|wa\d+)){0,3}$/,
  /^[\d_\-.: ]{4,}$/
]

/** "OLYMPUS DIGITAL CAMERA", "SANYO DIGITAL CAMERA", " DIGITAL CAMERA": always in capitals, which a person's "my first digital camera" is not. */
const digitalCamera = /^(?:[A-Z0-9.-]+ ){0,3}DIGITAL (?:STILL )?CAMERA$/

/** Firmware also writes its own model or part number: one word of capitals and digits. A person's caption is not that. */
const partNumber = /^[A-Z]{2,}[A-Z0-9-]*\d{2,}[A-Z0-9]{0,3}$/

/** Firmware writes who made it: "Trust Corp." */
const company = /^[\w .&-]{2,30},? (?:corp(?:oration)?|inc|ltd|gmbh)\.?$/i

/**
 * Whether this is nobody's words.
 *
 * @param context what else is known: the camera, whose repetition says nothing; `isFromCamera` where firmware writes (EXIF
 *   ImageDescription and UserComment), which makes part numbers suspicious
 */
export function isBoilerplate(
  words: string,
  context: { make?: string | null; model?: string | null; isFromCamera?: boolean } = {}
): boolean {
  const plain = words.trim().replace(/\s+/g, ' ')
  const lower = plain.toLowerCase()
  if (!/[\p{L}\p{N}]/u.test(plain)) return true
  if (digitalCamera.test(plain) || phrases.some(phrase => phrase.test(lower))) return true
  if (context.isFromCamera === true && (partNumber.test(plain) || company.test(plain))) return true
  const make = context.make?.trim().toLowerCase() ?? ''
  const model = context.model?.trim().toLowerCase() ?? ''
  return [make, model, `${make} ${model}`].includes(lower)
}
