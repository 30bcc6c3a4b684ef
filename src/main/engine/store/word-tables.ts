/**
 * Words that are folded (word-folding.ts), format 9. Released: never edited (see migrations.ts).
 *
 * Rows that were written before are written anew from the texts in the tables, a few at a time: see `WordRows.renew`.
 */
export const wordTables = `
      INSERT INTO setting (name, value)
        SELECT 'oldWordRows', json_object('after', min(word_id) - 1, 'upTo', max(word_id)) FROM word_row
        HAVING count(*) > 0;`

/** Format 13: apostrophes that Unicode calls letters, and every hyphen. Released: never edited. All rows are written anew as above. */
export const wordsOfAllApostrophes = `
      INSERT OR REPLACE INTO setting (name, value)
        SELECT 'oldWordRows', json_object('after', min(word_id) - 1, 'upTo', max(word_id)) FROM word_row
        HAVING count(*) > 0;`
