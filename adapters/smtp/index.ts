export { verifySmtp } from './transport.ts';
