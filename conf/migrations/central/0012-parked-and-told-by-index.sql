-- Parked records are asked for by store and by whether they are open, among many that are not; and whether a store was
-- told of its epoch is looked up by the command's reference, not by reading all that the store was ever sent.
-- Exchanged and added only if that isn't done yet: MySQL has no IF NOT EXISTS for keys, and a statement must bear being
-- run again.
SET @parked_keys = IF(
  EXISTS (
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'parked' AND index_name = 'parked_open'
  ),
  'DO 0',
  'ALTER TABLE parked DROP KEY parked_by_store,
     ADD KEY parked_by_store (topic, store_id, partition_id, record_offset),
     ADD KEY parked_open (resolved_at, topic, partition_id, record_offset, store_id),
     ADD KEY parked_open_by_store (store_id, resolved_at, topic, partition_id, record_offset)'
);
PREPARE parked_keys FROM @parked_keys;
EXECUTE parked_keys;
DEALLOCATE PREPARE parked_keys;
SET @commands_key = IF(
  EXISTS (
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'commands' AND index_name = 'commands_by_reference'
  ),
  'DO 0',
  'ALTER TABLE commands ADD KEY commands_by_reference (part, store_id, kind, reference)'
);
PREPARE commands_key FROM @commands_key;
EXECUTE commands_key;
DEALLOCATE PREPARE commands_key;
