-- What is old goes by partition: no row of the journal is ever deleted by itself, and a DELETE of a year's rows would
-- take hours and travel through the binlog.

-- An epoch is being opened while this says why; NULL once its `opened` is written.
-- covered_epoch: central needs no entry of an epoch below this one any more; 1 as long as central has said nothing.
SET @add_columns = IF(
  EXISTS (
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'head' AND column_name = 'opening_reason'
  ),
  'DO 0',
  'ALTER TABLE head ADD COLUMN opening_reason VARCHAR(256) NULL, ADD COLUMN covered_epoch INT NOT NULL DEFAULT 1'
);
PREPARE add_columns FROM @add_columns;
EXECUTE add_columns;
DEALLOCATE PREPARE add_columns;

-- The journal: one partition for each epoch that it holds, for the running one and for the next. The last one stays
-- empty: the service makes room before it opens an epoch, so splitting it copies nothing.
SET SESSION group_concat_max_len = 1000000;
SET @epoch_bounds = (
  SELECT GROUP_CONCAT(CONCAT('PARTITION below_', bound, ' VALUES LESS THAN (', bound, ')') ORDER BY bound SEPARATOR ', ')
  FROM (
    SELECT 2 AS bound UNION SELECT 3
    UNION SELECT epoch + 1 FROM head UNION SELECT epoch + 2 FROM head
    UNION SELECT DISTINCT epoch + 1 FROM journal
  ) AS bounds
);
SET @partition_journal = CONCAT(
  'ALTER TABLE journal PARTITION BY RANGE (epoch) (', @epoch_bounds, ', PARTITION rest VALUES LESS THAN (MAXVALUE))'
);
PREPARE partition_journal FROM @partition_journal;
EXECUTE partition_journal;
DEALLOCATE PREPARE partition_journal;

-- Copies of journal rows that have travelled already. The day is part of the key because it decides the partition; its
-- default serves a process that is older than the column.
DROP TABLE IF EXISTS replays;
CREATE TABLE replays (
  command_number BIGINT       NOT NULL,
  epoch          INT          NOT NULL,
  seq            BIGINT       NOT NULL,
  store_id       VARCHAR(32)  NOT NULL,
  sku            VARCHAR(64)  NULL,
  kind           VARCHAR(24)  NOT NULL,
  on_hand_delta  INT          NOT NULL,
  held_delta     INT          NOT NULL,
  on_hand        INT          NOT NULL,
  held           INT          NOT NULL,
  hold_id        VARCHAR(64)  NULL,
  caller         VARCHAR(64)  NOT NULL,
  request_id     VARCHAR(128) NOT NULL,
  reference      VARCHAR(128) NULL,
  reason         VARCHAR(256) NULL,
  occurred_at    DATETIME(6)  NOT NULL,
  recorded_at    DATETIME(6)  NOT NULL,
  -- The UTC day on which the row was copied.
  copied_on      DATE         NOT NULL DEFAULT '2000-01-01',
  PRIMARY KEY (command_number, epoch, seq, copied_on)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
PARTITION BY RANGE COLUMNS (copied_on) (
  PARTITION rest VALUES LESS THAN (MAXVALUE)
);
