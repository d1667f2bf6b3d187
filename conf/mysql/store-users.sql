-- Run as root before the migrations, at every start. What the service may do is granted table by table
-- in store-grants.sql, after them.
CREATE DATABASE IF NOT EXISTS store CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE USER IF NOT EXISTS 'migration'@'%' IDENTIFIED BY '${MIGRATION_PASSWORD}';
CREATE USER IF NOT EXISTS 'service'@'%' IDENTIFIED BY '${SERVICE_PASSWORD}';
CREATE USER IF NOT EXISTS 'maintenance'@'%' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
CREATE USER IF NOT EXISTS 'cdc'@'%' IDENTIFIED BY '${CDC_PASSWORD}';
-- A user who was there before keeps rights and gets today's password.
ALTER USER 'migration'@'%' IDENTIFIED BY '${MIGRATION_PASSWORD}';
ALTER USER 'service'@'%' IDENTIFIED BY '${SERVICE_PASSWORD}';
ALTER USER 'maintenance'@'%' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
ALTER USER 'cdc'@'%' IDENTIFIED BY '${CDC_PASSWORD}';

GRANT ALL ON store.* TO 'migration'@'%';
-- What Debezium needs to take a consistent snapshot and to follow the binlog; it writes nothing.
GRANT RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'cdc'@'%';
GRANT SELECT, LOCK TABLES ON store.* TO 'cdc'@'%';
