export { smtpTransport, verifySmtp } from './transport.ts';
