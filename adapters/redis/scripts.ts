/**
 * What has to happen in Redis at once. A script's keys share a hash tag. An artefact's text begins with the
 * millisecond it expires at; the clock that counts is the caller's, Redis's own only tidies up.
 */

/** Marks an artefact as used, once: artefact, its mark; now. The mark lives as long, so that a replay is seen for one. */
export const CONSUME = `
  local text = redis.call('get', KEYS[1])
  if not text or tonumber(string.match(text, '^%d+')) <= tonumber(ARGV[1]) then return 0 end
  if redis.call('set', KEYS[2], ARGV[1], 'NX', 'PX', math.max(1, redis.call('pttl', KEYS[1]))) then return 1 end
  return 0`;

/** Puts an artefact where there is no live one: artefact, its mark; now, text, milliseconds to live. */
export const CLAIM = `
  local text = redis.call('get', KEYS[1])
  if text and tonumber(string.match(text, '^%d+')) > tonumber(ARGV[1]) then return 0 end
  redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1`;

/** Adds an artefact to its grant, which is remembered as long as the last of them lives: grant; id, milliseconds. */
export const ENROL = `
  redis.call('sadd', KEYS[1], ARGV[1])
  if redis.call('pttl', KEYS[1]) < tonumber(ARGV[2]) then redis.call('pexpire', KEYS[1], ARGV[2]) end
  return 1`;
