-- What central knows of the stores' journals. Everything here can be rebuilt from the stores (I16).
-- Keys are led by `part`, a small number derived from the store's id, so that a store's apply
-- stays within one shard when central is sharded.

CREATE TABLE IF NOT EXISTS stores (
  store_id   VARCHAR(32)   NOT NULL,
  part       SMALLINT      NOT NULL,
  name       VARCHAR(128)  NOT NULL,
  place      VARCHAR(128)  NOT NULL,
  latitude   DECIMAL(8, 5) NOT NULL,
  longitude  DECIMAL(8, 5) NOT NULL,
  -- The only connector whose records this store's rows may come from (I17).
  connector  VARCHAR(64)   NOT NULL,
  created_at DATETIME(6)   NOT NULL,
  updated_at DATETIME(6)   NOT NULL,
  PRIMARY KEY (store_id),
  UNIQUE KEY stores_one_per_connector (connector)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far each store's journal is applied. Locking these rows fences off a replaced consumer.
CREATE TABLE IF NOT EXISTS cursors (
  part              SMALLINT     NOT NULL,
  store_id          VARCHAR(32)  NOT NULL,
  epoch             INT          NOT NULL,
  -- The highest number seen: applied, or (with holes) known to be missing.
  seq               BIGINT       NOT NULL,
  checksum          CHAR(16)     NOT NULL,
  -- Whether the epoch's `opened` is applied; 1 in epoch 1, which has none.
  opened            TINYINT      NOT NULL,
  -- Central's clock in microseconds: the newest ping whose beat is covered without holes; 0 before the first.
  as_of             BIGINT       NOT NULL,
  beat_at           DATETIME(6)  NULL,
  commands_done     BIGINT       NOT NULL,
  commands_moved_at DATETIME(6)  NOT NULL,
  -- What throws doubt on the store, holes aside: the number where a repeat differed from the ledger (until a person
  -- decides), the number where the checksums differed, and how many parked records no beat has yet made good.
  diverged_seq      BIGINT       NULL,
  checksum_seq      BIGINT       NULL,
  parked_open       INT          NOT NULL,
  -- All of it, holes too, in one sentence for people; NULL when the store's numbers can be trusted.
  suspect_reason    VARCHAR(256) NULL,
  suspect_since     DATETIME(6)  NULL,
  updated_at        DATETIME(6)  NOT NULL,
  PRIMARY KEY (part, store_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Ranges of numbers that central misses.
CREATE TABLE IF NOT EXISTS holes (
  part         SMALLINT    NOT NULL,
  store_id     VARCHAR(32) NOT NULL,
  epoch        INT         NOT NULL,
  from_seq     BIGINT      NOT NULL,
  to_seq       BIGINT      NOT NULL,
  seen_at      DATETIME(6) NOT NULL,
  -- The resync command last sent for it; 0 before the first.
  command_number BIGINT    NOT NULL,
  asked_at     DATETIME(6) NULL,
  PRIMARY KEY (part, store_id, epoch, from_seq),
  CONSTRAINT holes_in_order CHECK (from_seq <= to_seq)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS stock (
  part       SMALLINT    NOT NULL,
  sku        VARCHAR(64) NOT NULL,
  store_id   VARCHAR(32) NOT NULL,
  on_hand    INT         NOT NULL,
  held       INT         NOT NULL,
  -- Only ever changed by a delta; falls exactly when a reservation line leaves PENDING.
  pending    INT         NOT NULL,
  epoch      INT         NOT NULL,
  seq        BIGINT      NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  PRIMARY KEY (part, sku, store_id),
  KEY stock_by_store (part, store_id, sku),
  CONSTRAINT stock_on_hand_not_negative CHECK (on_hand >= 0),
  CONSTRAINT stock_held_not_negative CHECK (held >= 0),
  CONSTRAINT stock_held_within_on_hand CHECK (held <= on_hand),
  CONSTRAINT stock_pending_not_negative CHECK (pending >= 0)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Records that could not be applied, by where they lie, for a person to look at.
CREATE TABLE IF NOT EXISTS parked (
  topic         VARCHAR(128)   NOT NULL,
  partition_id  INT            NOT NULL,
  record_offset BIGINT         NOT NULL,
  store_id      VARCHAR(32)    NULL,
  reason        VARCHAR(512)   NOT NULL,
  record_key    VARBINARY(512) NULL,
  record_value  MEDIUMBLOB     NULL,
  parked_at     DATETIME(6)    NOT NULL,
  resolved_at   DATETIME(6)    NULL,
  -- 'beat': a later beat proved that nothing is missing; or the person who resolved it.
  resolved_by   VARCHAR(64)    NULL,
  PRIMARY KEY (topic, partition_id, record_offset),
  KEY parked_by_store (store_id, parked_at)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Partitions that stand still because too many records in a row were bad; a person resumes them.
CREATE TABLE IF NOT EXISTS halts (
  topic        VARCHAR(128) NOT NULL,
  partition_id INT          NOT NULL,
  -- Where it goes on when resumed.
  next_offset  BIGINT       NOT NULL,
  reason       VARCHAR(512) NOT NULL,
  halted_at    DATETIME(6)  NOT NULL,
  PRIMARY KEY (topic, partition_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The next command number of each store: 1, 2, 3 ...
CREATE TABLE IF NOT EXISTS command_heads (
  part        SMALLINT    NOT NULL,
  store_id    VARCHAR(32) NOT NULL,
  next_number BIGINT      NOT NULL,
  PRIMARY KEY (part, store_id)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The outbox: what is committed here, Debezium carries to store.commands.<store>.
CREATE TABLE IF NOT EXISTS commands (
  part      SMALLINT     NOT NULL,
  store_id  VARCHAR(32)  NOT NULL,
  number    BIGINT       NOT NULL,
  attempt   INT          NOT NULL,
  kind      VARCHAR(24)  NOT NULL,
  reference VARCHAR(128) NULL,
  body      MEDIUMTEXT   NOT NULL,
  issued_at DATETIME(6)  NOT NULL,
  PRIMARY KEY (part, store_id, number, attempt)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The next number of each part's feed; locked last, for a moment.
CREATE TABLE IF NOT EXISTS feed_head (
  part        SMALLINT NOT NULL,
  next_number BIGINT   NOT NULL,
  PRIMARY KEY (part)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far each central process's clock may be from central's database clock.
CREATE TABLE IF NOT EXISTS clock_bounds (
  instance    VARCHAR(64) NOT NULL,
  bound_us    BIGINT      NOT NULL,
  measured_at DATETIME(6) NOT NULL,
  PRIMARY KEY (instance)
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT IGNORE INTO feed_head (part, next_number) VALUES (0, 1);
