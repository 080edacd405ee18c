import type { Section } from '../text.ts';

export const linkInvalid = {
  title: {
    en: 'This link no longer works',
    de: 'Dieser Link gilt nicht mehr',
    fr: 'Ce lien n’est plus valable',
    es: 'Este enlace ya no es válido',
    sv: 'Länken gäller inte längre',
  },
  lead_reset: {
    en: 'It was used already, it’s older than 30 minutes, or we sent you a newer one.',
    de: 'Er wurde schon benutzt, ist älter als 30 Minuten, oder wir haben Ihnen einen neueren geschickt.',
    fr: 'Il a déjà servi, il date de plus de 30 minutes, ou nous vous en avons envoyé un plus récent.',
    es: 'Ya se ha usado, tiene más de 30 minutos o le hemos enviado otro más reciente.',
    sv: 'Den har redan använts, är äldre än 30 minuter, eller så har vi skickat en nyare.',
  },
  lead_verify: {
    en: 'It was used already, it’s older than 24 hours, or we sent you a newer one.',
    de: 'Er wurde schon benutzt, ist älter als 24 Stunden, oder wir haben Ihnen einen neueren geschickt.',
    fr: 'Il a déjà servi, il date de plus de 24 heures, ou nous vous en avons envoyé un plus récent.',
    es: 'Ya se ha usado, tiene más de 24 horas o le hemos enviado otro más reciente.',
    sv: 'Den har redan använts, är äldre än 24 timmar, eller så har vi skickat en nyare.',
  },
  reset: {
    en: 'If you’ve set a new password already, sign in with it. Otherwise open the link in the newest mail, or ask for another.',
    de: 'Wenn Sie schon ein neues Passwort festgelegt haben, melden Sie sich damit an. Öffnen Sie sonst den Link in der neuesten E-Mail, oder fordern Sie einen weiteren an.',
    fr: 'Si vous avez déjà choisi un nouveau mot de passe, utilisez-le pour vous connecter. Sinon, ouvrez le lien de l’e-mail le plus récent, ou demandez-en un autre.',
    es: 'Si ya ha elegido una nueva contraseña, inicie sesión con ella. Si no, abra el enlace del correo más reciente o pida otro.',
    sv: 'Om du redan har valt ett nytt lösenord loggar du in med det. Öppna annars länken i det senaste mejlet, eller be om en ny.',
  },
  /** Where an address is asked for at sign-in: whoever has not proved theirs is mailed another link there. */
  verify_at_sign_in: {
    en: 'If you’ve confirmed your address already, you can sign in. Otherwise open the link in the newest mail, or sign in to be sent another.',
    de: 'Wenn Sie Ihre Adresse schon bestätigt haben, können Sie sich anmelden. Öffnen Sie sonst den Link in der neuesten E-Mail, oder melden Sie sich an, um einen weiteren zu erhalten.',
    fr: 'Si vous avez déjà confirmé votre adresse, vous pouvez vous connecter. Sinon, ouvrez le lien de l’e-mail le plus récent, ou connectez-vous pour en recevoir un autre.',
    es: 'Si ya ha confirmado su dirección, puede iniciar sesión. Si no, abra el enlace del correo más reciente o inicie sesión para recibir otro.',
    sv: 'Om du redan har bekräftat din adress kan du logga in. Öppna annars länken i det senaste mejlet, eller logga in för att få en ny.',
  },
  verify: {
    en: 'If you’ve confirmed your address already, there’s nothing left to do. Otherwise open the link in the newest mail.',
    de: 'Wenn Sie Ihre Adresse schon bestätigt haben, ist nichts mehr zu tun. Öffnen Sie sonst den Link in der neuesten E-Mail.',
    fr: 'Si vous avez déjà confirmé votre adresse, il n’y a plus rien à faire. Sinon, ouvrez le lien de l’e-mail le plus récent.',
    es: 'Si ya ha confirmado su dirección, no tiene que hacer nada más. Si no, abra el enlace del correo más reciente.',
    sv: 'Om du redan har bekräftat din adress behöver du inte göra något mer. Öppna annars länken i det senaste mejlet.',
  },
  another_link: {
    en: 'Get another link',
    de: 'Weiteren Link anfordern',
    fr: 'Demander un autre lien',
    es: 'Pedir otro enlace',
    sv: 'Få en ny länk',
  },
} satisfies Section;
