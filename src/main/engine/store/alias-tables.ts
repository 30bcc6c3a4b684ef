/**
 * Other names of a note, format 14. Released: never edited (see migrations.ts).
 *
 * A wikilink may lead to a note by a name that only the note itself states.
 */
export const aliasTables = `
      ALTER TABLE item ADD COLUMN aliases TEXT CHECK (json_valid(aliases));   -- a list of strings; NULL: none`
