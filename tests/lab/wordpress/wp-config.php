<?php
$lab = getenv('LAB');
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', getenv('LAB_PASSWORD'));
define('DB_HOST', "localhost:$lab/mysql.sock");
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define("{$name}_KEY", hash('sha256', "$name key " . DB_PASSWORD));
    define("{$name}_SALT", hash('sha256', "$name salt " . DB_PASSWORD));
}
$table_prefix = 'wp_';
define('WP_HOME', getenv('LAB_ADDRESS'));
define('WP_SITEURL', getenv('LAB_ADDRESS'));
// Application passwords without TLS; nothing that leaves this machine, and nothing beside what is asked for.
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
