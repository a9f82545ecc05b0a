<?php
// Makes stored hashes with PHP's password_hash() and crypt(), and prints them as JSON.
$passwords = ['secret', "l\u{e8}tmein", "le\u{300}tmein", "\u{1f510} key", str_repeat('x', 71) . 'yz tail', ' $:,{}'];
$made = 'PHP ' . PHP_VERSION;
$cases = [];
$add = function (string $reader, string $form, string $password, string $stored) use (&$cases, $made) {
    $cases[] = ['reader' => $reader, 'made' => $made, 'form' => $form, 'password' => $password, 'stored' => $stored];
};
$add('bcrypt', 'PASSWORD_DEFAULT', 'secret', password_hash('secret', PASSWORD_DEFAULT));
$add('argon2', 'PASSWORD_ARGON2ID', 'secret', password_hash('secret', PASSWORD_ARGON2ID));
$cheap = ['memory_cost' => 256, 'time_cost' => 1, 'threads' => 1];
foreach ($passwords as $password) {
    // Cuts at 72 bytes without a word, and so these verify only if the reader does as PHP did.
    $add('bcrypt', 'PASSWORD_BCRYPT', $password, password_hash($password, PASSWORD_BCRYPT, ['cost' => 4]));
    $add('argon2', 'PASSWORD_ARGON2ID', $password, password_hash($password, PASSWORD_ARGON2ID, $cheap));
    $add('argon2', 'PASSWORD_ARGON2I', $password, password_hash($password, PASSWORD_ARGON2I, $cheap));
    $add('passlib', 'CRYPT_SHA256', $password, crypt($password, '$5$rounds=1500$' . bin2hex(random_bytes(6)) . '$'));
    $add('passlib', 'CRYPT_SHA512', $password, crypt($password, '$6$' . bin2hex(random_bytes(8)) . '$'));
}
echo json_encode($cases, JSON_UNESCAPED_SLASHES);
