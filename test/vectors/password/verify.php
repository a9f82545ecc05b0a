<?php
// Reads [{password, stored}] from standard input and prints, as JSON, what password_verify() says of it.
$cases = json_decode(stream_get_contents(STDIN), true);
echo json_encode(array_map(fn ($case) => password_verify($case['password'], $case['stored']), $cases));
