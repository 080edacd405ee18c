export { endRedisAccount, redisArtifacts, type Which } from './artifacts.ts';
export { connectRedis, type Redis } from './client.ts';
export { redisLimiter } from './limits.ts';
