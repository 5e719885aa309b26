// Each rule with what it lets pass and what it refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint, script } from './fixture.mjs';

/** @param {string} source @param {Record<string, string>} [includes] */
const passes = (source, includes) => assert.deepEqual(lint(source, includes), []);

/** @param {RegExp} expected @param {string} source @param {Record<string, string>} [includes] */
const refuses = (expected, source, includes) => {
  const problems = lint(source, includes);
  assert.equal(problems.length, 1, problems.join('\n'));
  assert.match(problems[0] ?? '', expected);
};

/** @param {string} search @param {string} replacement @param {string} [body] */
const changed = (search, replacement, body = 'local known = id') => script(body).replace(search, replacement);

test('a script that keeps every rule passes', () => {
  passes(script(`redis.call('RPUSH', log, id)\nredis.call('HSET', state, 'head', 1)`));
});

test('the first line is #!lua with known flags', () => {
  refuses(/line 1 is "#!lua"/, changed('#!lua', '#!lua flags=whatever'));
  assert.match(lint(changed('#!lua\n', '')).join(), /line 1 must be #!lua/);
});

test('the header says what the script is for, on which keys, and what it answers', () => {
  refuses(/does not say what the script is for/, changed('-- Try something.\n', ''));
  assert.match(lint(changed(/-- @key.*list.*\n-- @key.*\n/.exec(script(''))?.[0] ?? '', '')).join(), /no @key/);
  assert.match(lint(changed('-- @reply OK offset:int | UNKNOWN\n', '')).join(), /no @reply/);
});

test('what the header can not mean is named with its line', () => {
  refuses(/try\.lua:3: unknown type "heap" of log/, changed('log    list', 'log    heap'));
  refuses(
    /try\.lua:5: not "<name> <type> <what it is>": "id"/,
    changed('-- @arg   id     string  message id', '-- @arg   id'),
  );
  refuses(/unknown tag @whatever/, changed('-- @arg', '-- @whatever x\n-- @arg'));
  refuses(/argument id is declared twice/, changed('-- @arg', '-- @arg id string again\n-- @arg'));
});

test('returned statuses are the declared ones, both ways, with as many fields', () => {
  refuses(/status GONE is not declared/, script(`if id == '' then return { 'GONE' } end`));
  refuses(/status GONE is never returned/, changed('| UNKNOWN', '| UNKNOWN | GONE'));
  refuses(/OK has 1 fields by the header, here 2/, script(`if id == '' then return { 'OK', 1, 2 } end`));
  refuses(/begins with its status/, script(`local answer = { 'OK', 1 }\nif id == '' then return answer end`));
  refuses(/no booleans/, script(`if id == '' then return { 'OK', true } end`));
});

test('a function of several values may not end a reply', () => {
  const two = `local function two() return 1, 2 end\n`;
  refuses(/two returns several values/, script(`${two}if id == '' then return { 'OK', two() } end`));
  passes(script(`${two}if id == '' then return { 'OK', (two()) } end`));
});

test('KEYS[n] and ARGV[n] stand in the first local assignments only', () => {
  refuses(/ARGV\[1\] belongs into the first/, script(`redis.call('DEL', log)\nlocal again = ARGV[1]`));
});

test('fixed keys have the names of the header, in its order', () => {
  assert.match(
    lint(changed('local log, state', 'local state, log')).join('\n'),
    /KEYS\[1\] is log by the header, here state/,
  );
  refuses(
    /key state, KEYS\[2\], is given no name/,
    changed('local log, state, id = KEYS[1], KEYS[2], ARGV[1]', 'local log, id = KEYS[1], ARGV[1]'),
  );
  passes(
    changed('-- @key   state  hash    head', '-- @key   userState  hash    head').replace(
      'log, state',
      'log, user_state',
    ),
  );
});

test('every argument is read and every index is declared', () => {
  refuses(
    /argument id, ARGV\[1\], is never read/,
    changed('state, id = KEYS[1], KEYS[2], ARGV[1]', 'state = KEYS[1], KEYS[2]').replace('= id', '= 1'),
  );
  refuses(/ARGV\[2\] is not declared/, changed('ARGV[1]\n', 'ARGV[1]\nlocal more = ARGV[2]\n'));
});

test('constants that repeat the header agree with it', () => {
  passes(script('local FIXED_KEYS, FIXED_ARGS = 2, 1'));
  refuses(/FIXED_KEYS is 2 by the header/, script('local FIXED_KEYS = 3'));
});

test('a key comes from KEYS, through locals, loops and parameters', () => {
  passes(script(`local function size(list) return redis.call('LLEN', list) end\nlocal length = size(log)`));
  passes(script(`for _, key in ipairs(KEYS) do redis.call('DEL', key) end`));
  passes(script(`for at = 0, #KEYS - 1 do\n  local key = KEYS[at + 1]\n  redis.call('DEL', key)\nend`));
  refuses(/a key must come from KEYS/, script(`redis.call('DEL', log .. '/x')`));
  refuses(/a key must come from KEYS/, script(`redis.call('DEL', id)`));
  refuses(/a key must come from KEYS/, script(`redis.call('DEL', log, id)`));
  refuses(
    /a key must come from KEYS/,
    script(`local function size(list) return redis.call('LLEN', list) end\nlocal length = size(id)`),
  );
  refuses(/element of KEYS is first given to a local/, script(`for at = 1, #KEYS do redis.call('DEL', KEYS[at]) end`));
  refuses(/log is a key and stays it/, script(`log = id`));
  refuses(/only indexed, counted or walked/, script(`local all = KEYS`));
});

test('a channel is put together in the include of links only', () => {
  const link = `-- Links.\nlocal function publish(links, node) redis.call('SPUBLISH', links .. '/' .. node, '') end\n`;
  const uses = changed('-- @key   log', '-- @include link\n-- @key   log', 'publish(log, id)');
  passes(uses, { link });
  refuses(/a key must come from KEYS/, script(`redis.call('SPUBLISH', log .. '/x', '')`));
});

test('commands are known and literal', () => {
  refuses(/KEYS is not in/, script(`redis.call('KEYS', log)`));
  refuses(/the command is a literal/, script(`redis.call(id, log)`));
  refuses(/called where it stands/, script(`local call = redis.call`));
});

test('a script with no-writes reaches no command that writes', () => {
  const put = `local function put(list) redis.call('RPUSH', list, 1) end\n`;
  passes(script(`${put}local length = redis.call('LLEN', log)`, ' flags=no-writes'));
  refuses(/RPUSH in a script with no-writes/, script(`${put}put(log)`, ' flags=no-writes'));
  refuses(/DEL in a script with no-writes/, script(`redis.call('DEL', log)`, ' flags=no-writes'));
});

test('loops are bounded, and say why', () => {
  passes(script(`-- bounded: counts down\nwhile #id > 9 do id = string.sub(id, 2) end`));
  passes(script(`for at = 1, 3 do redis.call('LPOP', log) end`));
  refuses(/say on the line before/, script(`while #id > 9 do id = string.sub(id, 2) end`));
  refuses(/say on the line before/, script(`repeat id = string.sub(id, 2) until id == ''`));
  refuses(/needs a condition/, script(`-- bounded: no\nwhile true do break end`));
});

test('no globals, no chance, no clock of the process', () => {
  refuses(/count is a global/, script('count = 1'));
  refuses(/helper is a global/, script('function helper() end'));
  refuses(/lenght is not defined here/, script('local length = lenght'));
  refuses(/no chance/, script('local dice = math.random(6)'));
  refuses(/os is not defined here/, script('local now = os.time()'));
});

test('no long strings and comments, which the build could not tell from code', () => {
  refuses(/no long strings/, script('local text = [[\n-- not a comment\n]]'));
  refuses(/no long comments/, script('local one = 1 --[[ here\n]]'));
});

test('an include holds functions and constants that need nothing from the caller', () => {
  const uses = changed('-- @key   log', '-- @include part\n-- @key   log', 'local two = add(1)');
  const add = '-- Adds.\nlocal ONE = 1\nlocal function add(value) return value + ONE end\n';
  passes(uses, { part: add });
  refuses(/does not say what the include is for/, uses, { part: add.replace('-- Adds.\n', '') });
  refuses(/functions and constants only/, uses, { part: `${add}add(1)\n` });
  refuses(/so not ARGV/, uses, { part: add.replace('value + ONE', 'value + #ARGV + ONE') });
  refuses(/include part is not used/, uses.replace('add(1)', '1'), { part: add });
  refuses(/add is also defined by/, uses.replace('local two', 'local add = add\nlocal two'), { part: add });
  refuses(/there is no lua\/includes\/part\.lua/, changed('-- @key   log', '-- @include part\n-- @key   log'));
  assert.match(lint(uses, { part: add.replace('-- Adds.', '-- Adds.\n-- @include part') }).join(), /needs itself/);
});

test('what is no Lua is a problem, not a crash', () => {
  assert.match(lint(script('local = 1')).join(), /try\.lua: \[\d+:\d+\]/);
});

test('a long file is warned of', () => {
  refuses(/warning: .*more than 150 lines/, script('\n'.repeat(150)));
});
