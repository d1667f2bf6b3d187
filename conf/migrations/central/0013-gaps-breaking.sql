-- Ranges of numbers that central misses are called gaps. Breaking: a process of an earlier version still writes `holes`.
-- One that runs meanwhile finds no such table: it waits and alarms, applies nothing and loses nothing, until it is
-- replaced. One atomic statement, so that no range which such a process has just noted is left behind. Renamed only if
-- that isn't done yet, for a statement must bear being run again.
SET @rename_gaps = IF(
  EXISTS (
    SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'gaps'
  ),
  'DO 0',
  'ALTER TABLE holes RENAME TO gaps, DROP CONSTRAINT holes_in_order,
     ADD CONSTRAINT gaps_in_order CHECK (from_seq <= to_seq)'
);
PREPARE rename_gaps FROM @rename_gaps;
EXECUTE rename_gaps;
DEALLOCATE PREPARE rename_gaps;
