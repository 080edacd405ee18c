import type { Section } from '../text.ts';

export const registered = {
  title: {
    en: 'Your account is ready',
    de: 'Ihr Konto ist bereit',
    fr: 'Votre compte est prêt',
    es: 'Su cuenta está lista',
    sv: 'Ditt konto är klart',
  },
  lead: {
    en: 'From now on you sign in with <strong>{email}</strong> and your password.',
    de: 'Von nun an melden Sie sich mit <strong>{email}</strong> und Ihrem Passwort an.',
    fr: 'Désormais, vous vous connectez avec <strong>{email}</strong> et votre mot de passe.',
    es: 'A partir de ahora iniciará sesión con <strong>{email}</strong> y su contraseña.',
    sv: 'Från och med nu loggar du in med <strong>{email}</strong> och ditt lösenord.',
  },
  back: {
    en: 'Go back to <bdi>{app}</bdi>, and sign in there.',
    de: 'Gehen Sie zurück zu <bdi>{app}</bdi> und melden Sie sich dort an.',
    fr: 'Retournez à <bdi>{app}</bdi> et connectez-vous.',
    es: 'Vuelva a <bdi>{app}</bdi> e inicie sesión allí.',
    sv: 'Gå tillbaka till <bdi>{app}</bdi> och logga in där.',
  },
} satisfies Section;
