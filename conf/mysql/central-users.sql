-- Run as root before the migrations, at every start. What the services may do is granted table by table
-- in central-grants.sql, after them.
CREATE DATABASE IF NOT EXISTS central CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
-- Big derived tables; a server without replicas may leave this schema out of its binlog.
CREATE DATABASE IF NOT EXISTS central_view CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
-- The schemas of what travels through Kafka: kept by the registry itself, in tables of its own.
CREATE DATABASE IF NOT EXISTS registry CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE USER IF NOT EXISTS 'migration'@'%' IDENTIFIED BY '${MIGRATION_PASSWORD}';
CREATE USER IF NOT EXISTS 'service'@'%' IDENTIFIED BY '${SERVICE_PASSWORD}';
CREATE USER IF NOT EXISTS 'maintenance'@'%' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
CREATE USER IF NOT EXISTS 'cdc'@'%' IDENTIFIED BY '${CDC_PASSWORD}';
CREATE USER IF NOT EXISTS 'registry'@'%' IDENTIFIED BY '${REGISTRY_PASSWORD}';
-- A user who was there before keeps rights and gets today's password.
ALTER USER 'migration'@'%' IDENTIFIED BY '${MIGRATION_PASSWORD}';
ALTER USER 'service'@'%' IDENTIFIED BY '${SERVICE_PASSWORD}';
ALTER USER 'maintenance'@'%' IDENTIFIED BY '${MAINTENANCE_PASSWORD}';
ALTER USER 'cdc'@'%' IDENTIFIED BY '${CDC_PASSWORD}';
ALTER USER 'registry'@'%' IDENTIFIED BY '${REGISTRY_PASSWORD}';

GRANT ALL ON central.* TO 'migration'@'%';
GRANT ALL ON central_view.* TO 'migration'@'%';
GRANT ALL ON registry.* TO 'registry'@'%';
-- What Debezium needs to take a consistent snapshot and to follow the binlog; it writes nothing.
GRANT RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'cdc'@'%';
GRANT SELECT, LOCK TABLES ON central.* TO 'cdc'@'%';
