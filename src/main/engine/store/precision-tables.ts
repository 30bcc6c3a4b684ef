/**
 * How much of a date is known, format 12. Released: never edited (see migrations.ts).
 *
 * Of an old photo people know the year or the month: its date is the first moment of that, and this says so.
 */
export const precisionTables = `
      ALTER TABLE item ADD COLUMN date_precision TEXT CHECK (date_precision IN ('year', 'month'));   -- NULL: the day, or more`
