export { endRedisAccount, redisArtifacts, type Which } from './artifacts.ts';
export { connectRedis, type Redis, type RedisConnection } from './client.ts';
export { redisLimiter } from './limits.ts';
