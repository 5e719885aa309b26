<?php
// Publishes to a user and to a group, and reads how much the user has not read. Needs PHP 8 and no extension.
//
//   FANFARE_URL=http://127.0.0.1:3000 FANFARE_KEY=fanfare-dev-key php publish.php
declare(strict_types=1);

const ATTEMPTS = 5; // for what fails in passing

$url = getenv('FANFARE_URL') ?: exit("Set FANFARE_URL and FANFARE_KEY\n");
$key = getenv('FANFARE_KEY') ?: exit("Set FANFARE_URL and FANFARE_KEY\n");
$user = getenv('QUICKSTART_USER') ?: 'alice';
$group = getenv('QUICKSTART_GROUP') ?: 'eng';

function call(string $method, string $path, ?array $body = null, array $headers = []): array
{
    global $url, $key;
    $headers[] = "Authorization: Bearer $key";
    if ($body !== null) {
        $headers[] = 'Content-Type: application/json';
    }
    $http = ['method' => $method, 'header' => $headers, 'timeout' => 10, 'ignore_errors' => true];
    if ($body !== null) {
        $http['content'] = json_encode($body, JSON_THROW_ON_ERROR);
    }
    for ($attempt = 1; ; $attempt++) {
        $http_response_header = [];
        $answer = @file_get_contents("$url/v1$path", false, stream_context_create(['http' => $http]));
        $said = implode("\n", $http_response_header);
        $status = preg_match('~^HTTP/\S+ (\d+)~', $said, $found) ? (int) $found[1] : 0; // 0: no connection
        if ($answer !== false && $status >= 200 && $status < 300) {
            return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
        }
        $isPassing = $answer === false || in_array($status, [429, 502, 503, 504], true);
        if (!$isPassing || $attempt === ATTEMPTS) {
            throw new RuntimeException($answer === false ? "$url can't be reached" : $answer);
        }
        $after = preg_match('~^retry-after: *(\d+)~im', $said, $found) ? (int) $found[1] : 0;
        usleep($after * 1_000_000 + random_int(0, 200_000 * 2 ** $attempt));
    }
}

function publish(array $to, array $payload): array
{
    // The key is made once for a message: sent twice with it, it is delivered once.
    $key = bin2hex(random_bytes(16));
    return call('POST', '/messages', ['to' => $to, 'payload' => $payload], ["Idempotency-Key: $key"]);
}

echo json_encode(publish(['user' => $user], ['text' => 'Hello from PHP'])), "\n";
call('PUT', '/groups/' . rawurlencode($group) . '/members/' . rawurlencode($user));
echo json_encode(publish(['group' => $group], ['text' => 'Hello, everyone'])), "\n";
echo json_encode(call('GET', '/users/' . rawurlencode($user) . '/unread')), "\n";
