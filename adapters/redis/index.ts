export { endRedisAccount, redisArtifacts } from './artifacts.ts';
export { connectRedis, type Redis, type RedisConnection } from './client.ts';
