CREATE TABLE `clock_bounds` (
  `instance` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `bound_us` bigint NOT NULL,
  `measured_at` datetime(6) NOT NULL,
  PRIMARY KEY (`instance`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `command_heads` (
  `part` smallint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `next_number` bigint NOT NULL,
  `era` bigint NOT NULL DEFAULT '0',
  PRIMARY KEY (`part`,`store_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `commands` (
  `part` smallint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `number` bigint NOT NULL,
  `attempt` int NOT NULL,
  `kind` varchar(24) COLLATE utf8mb4_bin NOT NULL,
  `reference` varchar(128) COLLATE utf8mb4_bin DEFAULT NULL,
  `body` mediumtext COLLATE utf8mb4_bin NOT NULL,
  `issued_at` datetime(6) NOT NULL,
  `era` bigint NOT NULL DEFAULT '0',
  PRIMARY KEY (`part`,`store_id`,`era`,`number`,`attempt`,`issued_at`),
  KEY `commands_by_reference` (`part`,`store_id`,`kind`,`reference`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `cursors` (
  `part` smallint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `checksum` char(16) COLLATE utf8mb4_bin NOT NULL,
  `opened` tinyint NOT NULL,
  `as_of` bigint NOT NULL,
  `beat_at` datetime(6) DEFAULT NULL,
  `commands_done` bigint NOT NULL,
  `commands_moved_at` datetime(6) NOT NULL,
  `diverged_seq` bigint DEFAULT NULL,
  `checksum_seq` bigint DEFAULT NULL,
  `parked_open` int NOT NULL,
  `suspect_reason` varchar(256) COLLATE utf8mb4_bin DEFAULT NULL,
  `suspect_since` datetime(6) DEFAULT NULL,
  `updated_at` datetime(6) NOT NULL,
  `rebuilding` tinyint NOT NULL DEFAULT '0',
  `commands_era` bigint NOT NULL DEFAULT '0',
  `answered_ping` bigint NOT NULL DEFAULT '0',
  PRIMARY KEY (`part`,`store_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `feed_head` (
  `part` smallint NOT NULL,
  `next_number` bigint NOT NULL,
  `token` bigint NOT NULL DEFAULT '0',
  `previous_token` bigint NOT NULL DEFAULT '0',
  PRIMARY KEY (`part`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `gaps` (
  `part` smallint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `epoch` int NOT NULL,
  `from_seq` bigint NOT NULL,
  `to_seq` bigint NOT NULL,
  `seen_at` datetime(6) NOT NULL,
  `command_number` bigint NOT NULL,
  `asked_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`part`,`store_id`,`epoch`,`from_seq`),
  CONSTRAINT `gaps_in_order` CHECK ((`from_seq` <= `to_seq`))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `halts` (
  `topic` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `partition_id` int NOT NULL,
  `next_offset` bigint NOT NULL,
  `reason` varchar(512) COLLATE utf8mb4_bin NOT NULL,
  `halted_at` datetime(6) NOT NULL,
  PRIMARY KEY (`topic`,`partition_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `margins` (
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `category` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `sku` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `units` int NOT NULL,
  `updated_by` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`store_id`,`category`,`sku`),
  CONSTRAINT `margins_sku_or_category` CHECK (((`category` = _utf8mb4'') or (`sku` = _utf8mb4''))),
  CONSTRAINT `margins_units_not_negative` CHECK ((`units` >= 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `parked` (
  `topic` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `partition_id` int NOT NULL,
  `record_offset` bigint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin DEFAULT NULL,
  `reason` varchar(512) COLLATE utf8mb4_bin NOT NULL,
  `record_key` varbinary(512) DEFAULT NULL,
  `record_value` mediumblob,
  `parked_at` datetime(6) NOT NULL,
  `resolved_at` datetime(6) DEFAULT NULL,
  `resolved_by` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  PRIMARY KEY (`topic`,`partition_id`,`record_offset`),
  KEY `parked_by_store` (`topic`,`store_id`,`partition_id`,`record_offset`),
  KEY `parked_open` (`resolved_at`,`topic`,`partition_id`,`record_offset`,`store_id`),
  KEY `parked_open_by_store` (`store_id`,`resolved_at`,`topic`,`partition_id`,`record_offset`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `product_changes` (
  `sku` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `revision` int NOT NULL,
  `change_kind` varchar(16) COLLATE utf8mb4_bin NOT NULL,
  `changed_by` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `changed_at` datetime(6) NOT NULL,
  `before_row` json DEFAULT NULL,
  `after_row` json DEFAULT NULL,
  PRIMARY KEY (`sku`,`revision`),
  KEY `product_changes_by_time` (`changed_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `products` (
  `sku` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `sku_folded` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `name` varchar(256) COLLATE utf8mb4_bin NOT NULL,
  `category` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `price_minor` bigint NOT NULL,
  `currency` char(3) COLLATE utf8mb4_bin NOT NULL,
  `attributes` json NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  UNIQUE KEY `products_no_case_twins` (`sku_folded`),
  KEY `products_by_category` (`category`,`sku`),
  CONSTRAINT `products_price_not_negative` CHECK ((`price_minor` >= 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `stock` (
  `part` smallint NOT NULL,
  `sku` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `on_hand` int NOT NULL,
  `held` int NOT NULL,
  `pending` int NOT NULL,
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`part`,`sku`,`store_id`),
  KEY `stock_by_store` (`part`,`store_id`,`sku`),
  CONSTRAINT `stock_held_not_negative` CHECK ((`held` >= 0)),
  CONSTRAINT `stock_held_within_on_hand` CHECK ((`held` <= `on_hand`)),
  CONSTRAINT `stock_on_hand_not_negative` CHECK ((`on_hand` >= 0)),
  CONSTRAINT `stock_pending_not_negative` CHECK ((`pending` >= 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `stores` (
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `part` smallint NOT NULL,
  `name` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `place` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `latitude` decimal(8,5) NOT NULL,
  `longitude` decimal(8,5) NOT NULL,
  `connector` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `zone` varchar(64) COLLATE utf8mb4_bin NOT NULL DEFAULT 'UTC',
  PRIMARY KEY (`store_id`),
  UNIQUE KEY `stores_one_per_connector` (`connector`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `daily_sales` (
  `part` smallint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `sku` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `day` date NOT NULL,
  `units_sold` bigint NOT NULL,
  `units_returned` bigint NOT NULL,
  `sales` bigint NOT NULL,
  PRIMARY KEY (`part`,`store_id`,`sku`,`day`),
  KEY `daily_sales_by_sku` (`part`,`sku`,`store_id`,`day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `feed` (
  `part` smallint NOT NULL,
  `number` bigint NOT NULL,
  `slice` int NOT NULL,
  `changes` mediumtext COLLATE utf8mb4_bin NOT NULL,
  `written_at` datetime(6) NOT NULL,
  `token` bigint NOT NULL DEFAULT '0',
  `previous_token` bigint NOT NULL DEFAULT '0',
  PRIMARY KEY (`part`,`number`,`slice`,`written_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `ledger` (
  `part` smallint NOT NULL,
  `store_id` varchar(32) COLLATE utf8mb4_bin NOT NULL,
  `epoch` int NOT NULL,
  `seq` bigint NOT NULL,
  `sku` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `kind` varchar(24) COLLATE utf8mb4_bin NOT NULL,
  `on_hand_delta` int NOT NULL,
  `held_delta` int NOT NULL,
  `on_hand` int NOT NULL,
  `held` int NOT NULL,
  `hold_id` varchar(64) COLLATE utf8mb4_bin DEFAULT NULL,
  `caller` varchar(64) COLLATE utf8mb4_bin NOT NULL,
  `request_id` varchar(128) COLLATE utf8mb4_bin NOT NULL,
  `reference` varchar(128) COLLATE utf8mb4_bin DEFAULT NULL,
  `reason` varchar(256) COLLATE utf8mb4_bin DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `recorded_at` datetime(6) NOT NULL,
  `applied_at` datetime(6) NOT NULL,
  PRIMARY KEY (`part`,`store_id`,`epoch`,`seq`,`applied_at`),
  KEY `ledger_by_sku` (`part`,`sku`,`store_id`,`epoch`,`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
