-- Changes of products are forgotten by their age.
-- Added only if it isn't there yet: MySQL has no IF NOT EXISTS for keys, and a statement must bear being run again.
SET @changes_key = IF(
  EXISTS (
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'product_changes' AND index_name = 'product_changes_by_time'
  ),
  'DO 0',
  'ALTER TABLE product_changes ADD KEY product_changes_by_time (changed_at)'
);
PREPARE changes_key FROM @changes_key;
EXECUTE changes_key;
DEALLOCATE PREPARE changes_key;
