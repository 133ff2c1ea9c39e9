<?php
// Makes the tables, and a user `editor` with an application password, which it writes to a file; once.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('LAB_ADDRESS'), PHP_URL_HOST);
require getenv('LAB') . '/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
$file = getenv('LAB') . '/application-password';
if (file_exists($file)) {
    exit;
}
wp_install('Lab', 'lab', 'lab@example.com', false, '', getenv('LAB_PASSWORD'));
update_option('permalink_structure', '/%postname%/');
$editor = username_exists('editor') ?: wp_create_user('editor', getenv('LAB_PASSWORD'), 'editor@example.com');
(new WP_User($editor))->set_role('editor');
[$password] = WP_Application_Passwords::create_new_application_password($editor, ['name' => 'lab']);
file_put_contents("$file.new", $password);
rename("$file.new", $file);
