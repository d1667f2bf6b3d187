-- The newest time of the clock by which lifetimes are counted: it never falls below it, also after a restart.
-- Added only if it isn't there: MySQL has no IF NOT EXISTS for columns, and a statement must bear being run again.
SET @add_steady_at = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'head' AND column_name = 'steady_at'
  ),
  'DO 0',
  'ALTER TABLE head ADD COLUMN steady_at DATETIME(6) NULL'
);
PREPARE add_steady_at FROM @add_steady_at;
EXECUTE add_steady_at;
DEALLOCATE PREPARE add_steady_at;

-- Until now, the newest answer that was kept told as much.
UPDATE head SET steady_at = (SELECT MAX(recorded_at) FROM requests) WHERE steady_at IS NULL;
