CREATE TABLE `clock_bounds` (
  `instance` varchar(64) NOT NULL,
  `bound_us` bigint(20) NOT NULL,
  `measured_at` datetime(6) NOT NULL,
  PRIMARY KEY (`instance`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `commands` (
  `part` smallint(6) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `number` bigint(20) NOT NULL,
  `attempt` int(11) NOT NULL,
  `kind` varchar(24) NOT NULL,
  `reference` varchar(128) DEFAULT NULL,
  `body` mediumtext NOT NULL,
  `issued_at` datetime(6) NOT NULL,
  `era` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`part`,`store_id`,`era`,`number`,`attempt`,`issued_at`),
  KEY `commands_by_reference` (`part`,`store_id`,`kind`,`reference`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `command_heads` (
  `part` smallint(6) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `next_number` bigint(20) NOT NULL,
  `era` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`part`,`store_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `cursors` (
  `part` smallint(6) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `checksum` char(16) NOT NULL,
  `opened` tinyint(4) NOT NULL,
  `as_of` bigint(20) NOT NULL,
  `beat_at` datetime(6) DEFAULT NULL,
  `commands_done` bigint(20) NOT NULL,
  `commands_moved_at` datetime(6) NOT NULL,
  `diverged_seq` bigint(20) DEFAULT NULL,
  `checksum_seq` bigint(20) DEFAULT NULL,
  `parked_open` int(11) NOT NULL,
  `suspect_reason` varchar(256) DEFAULT NULL,
  `suspect_since` datetime(6) DEFAULT NULL,
  `updated_at` datetime(6) NOT NULL,
  `rebuilding` tinyint(4) NOT NULL DEFAULT 0,
  `commands_era` bigint(20) NOT NULL DEFAULT 0,
  `answered_ping` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`part`,`store_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `feed_head` (
  `part` smallint(6) NOT NULL,
  `next_number` bigint(20) NOT NULL,
  `token` bigint(20) NOT NULL DEFAULT 0,
  `previous_token` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`part`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `gaps` (
  `part` smallint(6) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `epoch` int(11) NOT NULL,
  `from_seq` bigint(20) NOT NULL,
  `to_seq` bigint(20) NOT NULL,
  `seen_at` datetime(6) NOT NULL,
  `command_number` bigint(20) NOT NULL,
  `asked_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`part`,`store_id`,`epoch`,`from_seq`),
  CONSTRAINT `gaps_in_order` CHECK (`from_seq` <= `to_seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `halts` (
  `topic` varchar(128) NOT NULL,
  `partition_id` int(11) NOT NULL,
  `next_offset` bigint(20) NOT NULL,
  `reason` varchar(512) NOT NULL,
  `halted_at` datetime(6) NOT NULL,
  PRIMARY KEY (`topic`,`partition_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `margins` (
  `store_id` varchar(32) NOT NULL,
  `category` varchar(64) NOT NULL,
  `sku` varchar(64) NOT NULL,
  `units` int(11) NOT NULL,
  `updated_by` varchar(64) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`store_id`,`category`,`sku`),
  CONSTRAINT `margins_units_not_negative` CHECK (`units` >= 0),
  CONSTRAINT `margins_sku_or_category` CHECK (`category` = '' or `sku` = '')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `parked` (
  `topic` varchar(128) NOT NULL,
  `partition_id` int(11) NOT NULL,
  `record_offset` bigint(20) NOT NULL,
  `store_id` varchar(32) DEFAULT NULL,
  `reason` varchar(512) NOT NULL,
  `record_key` varbinary(512) DEFAULT NULL,
  `record_value` mediumblob DEFAULT NULL,
  `parked_at` datetime(6) NOT NULL,
  `resolved_at` datetime(6) DEFAULT NULL,
  `resolved_by` varchar(64) DEFAULT NULL,
  PRIMARY KEY (`topic`,`partition_id`,`record_offset`),
  KEY `parked_by_store` (`topic`,`store_id`,`partition_id`,`record_offset`),
  KEY `parked_open` (`resolved_at`,`topic`,`partition_id`,`record_offset`,`store_id`),
  KEY `parked_open_by_store` (`store_id`,`resolved_at`,`topic`,`partition_id`,`record_offset`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `products` (
  `sku` varchar(64) NOT NULL,
  `sku_folded` varchar(128) NOT NULL,
  `name` varchar(256) NOT NULL,
  `category` varchar(64) DEFAULT NULL,
  `price_minor` bigint(20) NOT NULL,
  `currency` char(3) NOT NULL,
  `attributes` longtext NOT NULL CHECK (json_valid(`attributes`)),
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`sku`),
  UNIQUE KEY `products_no_case_twins` (`sku_folded`),
  KEY `products_by_category` (`category`,`sku`),
  CONSTRAINT `products_price_not_negative` CHECK (`price_minor` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `product_changes` (
  `sku` varchar(64) NOT NULL,
  `revision` int(11) NOT NULL,
  `change_kind` varchar(16) NOT NULL,
  `changed_by` varchar(64) NOT NULL,
  `changed_at` datetime(6) NOT NULL,
  `before_row` longtext DEFAULT NULL CHECK (json_valid(`before_row`)),
  `after_row` longtext DEFAULT NULL CHECK (json_valid(`after_row`)),
  PRIMARY KEY (`sku`,`revision`),
  KEY `product_changes_by_time` (`changed_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `stock` (
  `part` smallint(6) NOT NULL,
  `sku` varchar(64) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `on_hand` int(11) NOT NULL,
  `held` int(11) NOT NULL,
  `pending` int(11) NOT NULL,
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`part`,`sku`,`store_id`),
  KEY `stock_by_store` (`part`,`store_id`,`sku`),
  CONSTRAINT `stock_on_hand_not_negative` CHECK (`on_hand` >= 0),
  CONSTRAINT `stock_held_not_negative` CHECK (`held` >= 0),
  CONSTRAINT `stock_held_within_on_hand` CHECK (`held` <= `on_hand`),
  CONSTRAINT `stock_pending_not_negative` CHECK (`pending` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `stores` (
  `store_id` varchar(32) NOT NULL,
  `part` smallint(6) NOT NULL,
  `name` varchar(128) NOT NULL,
  `place` varchar(128) NOT NULL,
  `latitude` decimal(8,5) NOT NULL,
  `longitude` decimal(8,5) NOT NULL,
  `connector` varchar(64) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `zone` varchar(64) NOT NULL DEFAULT 'UTC',
  PRIMARY KEY (`store_id`),
  UNIQUE KEY `stores_one_per_connector` (`connector`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `daily_sales` (
  `part` smallint(6) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `sku` varchar(64) NOT NULL,
  `day` date NOT NULL,
  `units_sold` bigint(20) NOT NULL,
  `units_returned` bigint(20) NOT NULL,
  `sales` bigint(20) NOT NULL,
  PRIMARY KEY (`part`,`store_id`,`sku`,`day`),
  KEY `daily_sales_by_sku` (`part`,`sku`,`store_id`,`day`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `feed` (
  `part` smallint(6) NOT NULL,
  `number` bigint(20) NOT NULL,
  `slice` int(11) NOT NULL,
  `changes` mediumtext NOT NULL,
  `written_at` datetime(6) NOT NULL,
  `token` bigint(20) NOT NULL DEFAULT 0,
  `previous_token` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`part`,`number`,`slice`,`written_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `ledger` (
  `part` smallint(6) NOT NULL,
  `store_id` varchar(32) NOT NULL,
  `epoch` int(11) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `sku` varchar(64) DEFAULT NULL,
  `kind` varchar(24) NOT NULL,
  `on_hand_delta` int(11) NOT NULL,
  `held_delta` int(11) NOT NULL,
  `on_hand` int(11) NOT NULL,
  `held` int(11) NOT NULL,
  `hold_id` varchar(64) DEFAULT NULL,
  `caller` varchar(64) NOT NULL,
  `request_id` varchar(128) NOT NULL,
  `reference` varchar(128) DEFAULT NULL,
  `reason` varchar(256) DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `recorded_at` datetime(6) NOT NULL,
  `applied_at` datetime(6) NOT NULL,
  PRIMARY KEY (`part`,`store_id`,`epoch`,`seq`,`applied_at`),
  KEY `ledger_by_sku` (`part`,`sku`,`store_id`,`epoch`,`seq`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
