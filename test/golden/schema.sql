-- reverie.db

CREATE TABLE folder (
  folder_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  path         TEXT    NOT NULL UNIQUE,   -- absolute, as the operating system writes it
  path_folded  TEXT    NOT NULL,          -- NFC, lower case, '/' between parts
  added_ms     INTEGER NOT NULL,
  is_reachable INTEGER NOT NULL DEFAULT 1 CHECK (is_reachable IN (0, 1)),
  problems     TEXT    NOT NULL DEFAULT '[]'   -- JSON: [{ path, reason }]
, scans INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE item (
  item_id             INTEGER PRIMARY KEY AUTOINCREMENT,   -- never reused: thumbnails lie in another database
  folder_id           INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  path                TEXT    NOT NULL,   -- relative, '/' between parts, as the file system spells it
  path_folded         TEXT    NOT NULL,
  kind                TEXT    NOT NULL CHECK (kind IN ('photo', 'note')),   -- by its name until it was read
  status              TEXT    NOT NULL CHECK (status IN ('waiting', 'indexed', 'failed')),
  is_searchable       INTEGER NOT NULL DEFAULT 0 CHECK (is_searchable IN (0, 1)),
  size_bytes          INTEGER NOT NULL,
  modified_ms         INTEGER NOT NULL,
  sidecar_paths       TEXT    NOT NULL,   -- JSON array
  sidecar_stamp       TEXT    NOT NULL,
  content_hash        TEXT,               -- of what was read last
  format              TEXT,
  title               TEXT,
  date_local_ms       INTEGER,
  date_offset_minutes INTEGER,
  date_source         TEXT,
  failure_code        TEXT,
  failure_reason      TEXT, device TEXT, there_since INTEGER NOT NULL DEFAULT 0, missing_since INTEGER, unreachable_place TEXT, unreachable_reason TEXT, reread_code TEXT, reread_reason TEXT, gone_since_ms INTEGER, gone_status TEXT, forgotten_ms INTEGER, state TEXT GENERATED ALWAYS AS (CASE
  WHEN gone_since_ms IS NOT NULL THEN 'deleted'
  WHEN unreachable_reason IS NOT NULL THEN 'unreachable'
  WHEN reread_code IS NOT NULL THEN 'failed'
  ELSE status END) VIRTUAL, file_tags TEXT, date_precision TEXT CHECK (date_precision IN ('year', 'month')), aliases TEXT CHECK (json_valid(aliases)),
  UNIQUE (folder_id, path),
  CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
  CHECK (status <> 'indexed' OR is_searchable = 1),
  CHECK (status <> 'failed' OR is_searchable = 0),
  CHECK (is_searchable = 0 OR (content_hash IS NOT NULL AND date_local_ms IS NOT NULL))
) STRICT;

CREATE INDEX item_by_status ON item (status);

CREATE INDEX item_by_folder_status ON item (folder_id, status);

CREATE INDEX item_by_content ON item (content_hash);

CREATE INDEX item_by_date ON item (date_local_ms) WHERE is_searchable = 1;

CREATE INDEX item_by_kind ON item (kind) WHERE is_searchable = 1;

CREATE TABLE photo (
  item_id         INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
  width_px        INTEGER NOT NULL,
  height_px       INTEGER NOT NULL,
  thumbhash       BLOB    NOT NULL,
  perceptual_hash TEXT    NOT NULL,
  latitude        REAL,
  longitude       REAL,
  camera          TEXT,
  lens            TEXT,
  camera_folded   TEXT,                   -- camera and lens, for part of either name
  description     TEXT
) STRICT;

CREATE INDEX photo_by_place ON photo (latitude, longitude) WHERE latitude IS NOT NULL;

CREATE INDEX photo_by_camera ON photo (camera_folded) WHERE camera_folded IS NOT NULL;

CREATE TABLE photo_text (                 -- what was written about a photo, as it is encoded
  item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part    INTEGER NOT NULL CHECK (part >= 1),   -- 0 is the picture
  text    TEXT    NOT NULL,
  PRIMARY KEY (item_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE passage (
  item_id     INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part        INTEGER NOT NULL CHECK (part >= 0),
  start_utf16 INTEGER NOT NULL,           -- offsets into the note's decoded text
  end_utf16   INTEGER NOT NULL,
  heading     TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  PRIMARY KEY (item_id, part)
) STRICT;

CREATE TABLE tag (                        -- a photo's keywords, a note's tags
  item_id  INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  folded   TEXT    NOT NULL,
  PRIMARY KEY (item_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX tag_by_name ON tag (folded, item_id);

CREATE TABLE link (
  link_id     INTEGER PRIMARY KEY,
  from_id     INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  start_utf16 INTEGER NOT NULL,
  kind        TEXT    NOT NULL CHECK (kind IN ('embed', 'wikilink', 'link')),
  target      TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  part        INTEGER NOT NULL,
  to_id       INTEGER REFERENCES item ON DELETE SET NULL   -- the note still says it when the photo is gone
, is_guess INTEGER NOT NULL DEFAULT 0 CHECK (is_guess IN (0, 1))) STRICT;

CREATE INDEX link_from ON link (from_id, start_utf16);

CREATE INDEX link_to ON link (to_id);

CREATE TABLE encoded (                    -- which models have encoded an item's content
  item_id   INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  model_key TEXT    NOT NULL,
  PRIMARY KEY (item_id, model_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE encoder (
  encoder_id INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,     -- sha256 of the tower
  dimension  INTEGER NOT NULL
) STRICT;

CREATE TABLE embedding (
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,   -- grows with every save: galleries follow it
  item_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part       INTEGER NOT NULL CHECK (part >= 0),  -- 0 for a picture, ≥ 1 for texts about it; a note's passage
  turn_deg   INTEGER NOT NULL CHECK (turn_deg IN (0, 90, 180, 270)),   -- other than 0 only for training photos
  encoder_id INTEGER NOT NULL REFERENCES encoder ON DELETE CASCADE,
  vector     BLOB    NOT NULL, tokens BLOB,            -- float32 little-endian, unit length
  UNIQUE (item_id, part, turn_deg, encoder_id)
) STRICT;

CREATE INDEX embedding_by_encoder ON embedding (encoder_id, turn_deg, sequence);

CREATE TABLE space (                      -- a projector and a tower
  space_id  INTEGER PRIMARY KEY,
  name      TEXT    NOT NULL UNIQUE,
  dimension INTEGER NOT NULL
) STRICT;

CREATE TABLE projection (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id  INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part     INTEGER NOT NULL CHECK (part >= 0),
  space_id INTEGER NOT NULL REFERENCES space ON DELETE CASCADE,
  vector   BLOB    NOT NULL,
  UNIQUE (item_id, part, space_id)
) STRICT;

CREATE INDEX projection_by_space ON projection (space_id, sequence, item_id, part);

CREATE TABLE code_chunk (
  chunk_id       INTEGER PRIMARY KEY,
  space_id       INTEGER NOT NULL REFERENCES space ON DELETE CASCADE,
  first_sequence INTEGER NOT NULL,
  last_sequence  INTEGER NOT NULL,
  sequences      BLOB    NOT NULL,        -- float64, ascending
  codes          BLOB    NOT NULL,        -- int8 [n, k]
  scales         BLOB    NOT NULL         -- float32 [n]
) STRICT;

CREATE INDEX code_chunk_by_space ON code_chunk (space_id, first_sequence);

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL                     -- JSON
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE word_index USING fts5 (
  title, name, description, keywords, text,
  content = '', contentless_delete = 1,
  tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);

CREATE TABLE projector_version (
  version_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  projector_id TEXT    NOT NULL,          -- sha256 over the weights
  model_key    TEXT    NOT NULL,          -- the pair of towers that it maps
  state        TEXT    NOT NULL CHECK (state IN ('candidate', 'retired', 'rejected')),   -- apart from being active
  created_ms   INTEGER NOT NULL,
  weights      BLOB    NOT NULL,          -- a projector file
  report       TEXT    NOT NULL           -- JSON: seed, pair hash, device, duration, verdict, curves
) STRICT;

CREATE INDEX projector_version_by_model ON projector_version (model_key, version_id);

CREATE TABLE active_projector (
  model_key  TEXT    PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES projector_version ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE pair_verdict (               -- what the user said of a photo and a text; wins over mining
  photo_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  text_folded TEXT    NOT NULL,           -- the words of the text, as pairs are told apart
  note_id     INTEGER REFERENCES item ON DELETE SET NULL,
  text        TEXT    NOT NULL,
  verdict     TEXT    NOT NULL CHECK (verdict IN ('confirmed', 'rejected')),
  said_ms     INTEGER NOT NULL,
  PRIMARY KEY (photo_id, text_folded)
) STRICT, WITHOUT ROWID;

CREATE INDEX pair_verdict_by_note ON pair_verdict (note_id);

CREATE TABLE exclusion (
  excluded_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  folder_id    INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  path         TEXT    NOT NULL,          -- relative, '/' between parts, as the file system spells it
  is_folder    INTEGER NOT NULL CHECK (is_folder IN (0, 1)),
  within_id    INTEGER REFERENCES exclusion ON DELETE CASCADE,   -- the excluded folder that brought the file here; NULL: it was named itself
  size_bytes   INTEGER NOT NULL,
  modified_ms  INTEGER NOT NULL,
  content_hash TEXT,                      -- NULL until it is known
  is_there     INTEGER NOT NULL CHECK (is_there IN (0, 1)),     -- as the last scan saw it
  said_ms      INTEGER NOT NULL, device TEXT,
  UNIQUE (folder_id, path)
) STRICT;

CREATE INDEX exclusion_within ON exclusion (within_id);

CREATE TABLE kept_verdict (
  content_hash TEXT    NOT NULL,          -- of the photo
  text_folded  TEXT    NOT NULL,
  text         TEXT    NOT NULL,
  verdict      TEXT    NOT NULL CHECK (verdict IN ('confirmed', 'rejected')),
  said_ms      INTEGER NOT NULL,
  PRIMARY KEY (content_hash, text_folded)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_by_state ON item (state);

CREATE INDEX item_by_folder_state ON item (folder_id, state);

CREATE INDEX item_gone ON item (gone_since_ms, content_hash) WHERE gone_since_ms IS NOT NULL;

CREATE TABLE kept_embedding (                         -- of deleted items; see embedding
  item_id    INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part       INTEGER NOT NULL,
  turn_deg   INTEGER NOT NULL,
  encoder_id INTEGER NOT NULL REFERENCES encoder ON DELETE CASCADE,
  vector     BLOB    NOT NULL,
  tokens     BLOB,
  PRIMARY KEY (item_id, part, turn_deg, encoder_id)
) STRICT;

CREATE INDEX kept_embedding_by_encoder ON kept_embedding (encoder_id);

CREATE TRIGGER item_gone BEFORE DELETE ON item WHEN old.content_hash IS NOT NULL BEGIN
  INSERT OR REPLACE INTO kept_verdict (content_hash, text_folded, text, verdict, said_ms)
    SELECT old.content_hash, text_folded, text, verdict, said_ms FROM pair_verdict WHERE photo_id = old.item_id;
  INSERT OR IGNORE INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
    SELECT item_id, text_folded, NULL, text, verdict, said_ms FROM kept_verdict JOIN item USING (content_hash)
    WHERE content_hash = old.content_hash AND item_id <> old.item_id;
END;

CREATE TRIGGER item_read AFTER UPDATE OF content_hash ON item BEGIN
  INSERT OR REPLACE INTO kept_verdict (content_hash, text_folded, text, verdict, said_ms)
    SELECT old.content_hash, text_folded, text, verdict, said_ms FROM pair_verdict
    WHERE photo_id = old.item_id AND old.content_hash <> coalesce(new.content_hash, '');
  INSERT OR IGNORE INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
    SELECT item_id, text_folded, NULL, text, verdict, said_ms FROM kept_verdict JOIN item USING (content_hash)
    WHERE content_hash IN (old.content_hash, new.content_hash);
  DELETE FROM kept_verdict WHERE content_hash = new.content_hash;
END;

CREATE TABLE own_words (
  content_hash TEXT    PRIMARY KEY,
  caption      TEXT    NOT NULL,          -- '': none
  added_tags   TEXT    NOT NULL,          -- JSON, in the order in which they were said
  removed_tags TEXT    NOT NULL,          -- JSON: tags of the file that do not count
  is_favourite INTEGER NOT NULL CHECK (is_favourite IN (0, 1)),
  said_ms      INTEGER NOT NULL
, carried_from TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE hit_verdict (
  verdict_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  question     TEXT    NOT NULL,          -- as questions are told apart: see shared/saying.ts
  content_hash TEXT    NOT NULL,          -- of the hit
  text         TEXT    NOT NULL,          -- the question as it was asked
  verdict      TEXT    NOT NULL CHECK (verdict IN ('right', 'wrong')),
  said_ms      INTEGER NOT NULL, carried_from TEXT,
  UNIQUE (question, content_hash)
) STRICT;

CREATE INDEX hit_verdict_by_content ON hit_verdict (content_hash);

CREATE TABLE neutral_caption (
  encoder TEXT    NOT NULL,   -- the text tower
  list    TEXT    NOT NULL,   -- sha256 of the captions
  place   INTEGER NOT NULL,   -- in the list
  vector  BLOB    NOT NULL,   -- float32; empty: the tower knows no word of it
  tokens  BLOB    NOT NULL,   -- as in embedding
  PRIMARY KEY (encoder, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE projector_turn (
  version_id INTEGER NOT NULL REFERENCES projector_version ON DELETE CASCADE,
  turn       INTEGER NOT NULL,          -- from 0
  weights    BLOB    NOT NULL,          -- a projector file: what the turn adds to the model's own map
  PRIMARY KEY (version_id, turn)
) STRICT, WITHOUT ROWID;

CREATE TABLE "word_row" (               -- part −1: title, file name, description and keywords; else the passage
  word_id INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  part    INTEGER NOT NULL,
  UNIQUE (item_id, part)
) STRICT;

CREATE TABLE word_gone (
  gone_id INTEGER PRIMARY KEY AUTOINCREMENT,
  word_id INTEGER NOT NULL
) STRICT;

CREATE TRIGGER word_row_gone AFTER DELETE ON word_row BEGIN
  DELETE FROM word_index WHERE rowid = old.word_id;
  INSERT INTO word_gone (word_id) VALUES (old.word_id);
END;

CREATE TABLE word_segment (
  segment_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  version     INTEGER NOT NULL,           -- of the cutting, the folding and the bytes
  is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),   -- 0: being written, or to be deleted
  after_id    INTEGER NOT NULL,           -- it covers what is above this word_id
  last_id     INTEGER NOT NULL,           -- and up to this one
  sum         INTEGER NOT NULL,           -- CRC-32 of what follows
  word_ids    BLOB    NOT NULL,           -- uint32 [n], ascending
  item_ids    BLOB    NOT NULL,           -- uint32 [n]
  lengths     BLOB    NOT NULL,           -- uint32 [n] tokens
  first_terms BLOB    NOT NULL            -- of the blocks: uint32 how many, uint32 ends, UTF-8
) STRICT;

CREATE TABLE word_block (
  segment_id    INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  lists_sum     INTEGER NOT NULL,         -- CRC-32
  positions_sum INTEGER NOT NULL,
  lists         BLOB    NOT NULL,         -- see word-segment.ts
  positions     BLOB    NOT NULL,
  PRIMARY KEY (segment_id, number)
) STRICT;

CREATE TABLE container (
  folder_id   INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  path        TEXT    NOT NULL,          -- relative, '/' between parts
  size_bytes  INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  PRIMARY KEY (folder_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE contained_note (
  folder_id    INTEGER NOT NULL,
  path         TEXT    NOT NULL,         -- of the file
  name         TEXT    NOT NULL,         -- of the note in it
  position     INTEGER NOT NULL,         -- in the order of the file, from 0
  size_bytes   INTEGER NOT NULL,
  modified_ms  INTEGER NOT NULL,
  content_hash TEXT    NOT NULL,
  PRIMARY KEY (folder_id, path, name),
  FOREIGN KEY (folder_id, path) REFERENCES container ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- thumbnails.db

CREATE TABLE origin (library_id TEXT NOT NULL) STRICT;

CREATE TABLE thumbnail (
  item_id INTEGER PRIMARY KEY,
  jpeg    BLOB    NOT NULL
) STRICT;
