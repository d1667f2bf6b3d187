-- Big derived tables, in a schema of their own: a server without replicas may leave it out of
-- its binlog with binlog_ignore_db=central_view.

CREATE TABLE IF NOT EXISTS central_view.ledger (
  part          SMALLINT     NOT NULL,
  store_id      VARCHAR(32)  NOT NULL,
  epoch         INT          NOT NULL,
  seq           BIGINT       NOT NULL,
  sku           VARCHAR(64)  NULL,
  kind          VARCHAR(24)  NOT NULL,
  on_hand_delta INT          NOT NULL,
  held_delta    INT          NOT NULL,
  on_hand       INT          NOT NULL,
  held          INT          NOT NULL,
  hold_id       VARCHAR(64)  NULL,
  caller        VARCHAR(64)  NOT NULL,
  request_id    VARCHAR(128) NOT NULL,
  reference     VARCHAR(128) NULL,
  reason        VARCHAR(256) NULL,
  occurred_at   DATETIME(6)  NOT NULL,
  recorded_at   DATETIME(6)  NOT NULL,
  -- Of the business columns above: a repeat that differs is a divergence, not a duplicate.
  content_hash  BINARY(8)    NOT NULL,
  applied_at    DATETIME(6)  NOT NULL,
  PRIMARY KEY (part, store_id, epoch, seq),
  KEY ledger_by_sku (part, sku, store_id, epoch, seq)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS central_view.daily_sales (
  part           SMALLINT    NOT NULL,
  store_id       VARCHAR(32) NOT NULL,
  sku            VARCHAR(64) NOT NULL,
  -- The UTC day of occurred_at.
  day            DATE        NOT NULL,
  units_sold     BIGINT      NOT NULL,
  units_returned BIGINT      NOT NULL,
  sales          BIGINT      NOT NULL,
  PRIMARY KEY (part, store_id, sku, day)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Central's numbered list of changes. Old rows go by partition; the keeper adds a day ahead.
CREATE TABLE IF NOT EXISTS central_view.feed (
  part       SMALLINT    NOT NULL,
  number     BIGINT      NOT NULL,
  slice      INT         NOT NULL,
  changes    MEDIUMTEXT  NOT NULL,
  written_at DATETIME(6) NOT NULL,
  PRIMARY KEY (part, number, slice, written_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
PARTITION BY RANGE COLUMNS (written_at) (
  PARTITION feed_open VALUES LESS THAN (MAXVALUE)
);
