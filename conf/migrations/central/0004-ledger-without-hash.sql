-- A repeat is compared with the ledger's row itself, so a hash of its columns is no longer kept.
-- Dropped only if it is there: MySQL has no IF EXISTS for columns, and a statement must bear being run again.
SET @drop_hash = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = 'central_view' AND table_name = 'ledger' AND column_name = 'content_hash'
  ),
  'ALTER TABLE central_view.ledger DROP COLUMN content_hash',
  'DO 0'
);
PREPARE drop_hash FROM @drop_hash;
EXECUTE drop_hash;
DEALLOCATE PREPARE drop_hash;
