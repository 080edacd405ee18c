import type { Section } from '../text.ts';

export const accountSessions = {
  title: {
    en: 'Where you’re signed in',
    de: 'Wo Sie angemeldet sind',
    fr: 'Où vous êtes connecté',
    es: 'Dónde ha iniciado sesión',
    sv: 'Var du är inloggad',
  },
  lead: {
    en: 'If you don’t know one of these, sign it out and change your password.',
    de: 'Wenn Sie eines davon nicht kennen, melden Sie es ab und ändern Sie Ihr Passwort.',
    fr: 'Si vous n’en reconnaissez pas un, déconnectez-le et changez votre mot de passe.',
    es: 'Si no reconoce alguno, cierre su sesión y cambie la contraseña.',
    sv: 'Om du inte känner igen någon av dem loggar du ut den och byter lösenord.',
  },
  /** Such as “Chrome on Android”. */
  device: {
    en: '{browser} on {system}',
    de: '{browser} auf {system}',
    fr: '{browser} sur {system}',
    es: '{browser} en {system}',
    sv: '{browser} på {system}',
  },
  some_browser: {
    en: 'A browser',
    de: 'Ein Browser',
    fr: 'Un navigateur',
    es: 'Un navegador',
    sv: 'En webbläsare',
  },
  here: {
    en: 'This device',
    de: 'Dieses Gerät',
    fr: 'Cet appareil',
    es: 'Este dispositivo',
    sv: 'Den här enheten',
  },
  signed_in: {
    en: 'Signed in: {time}',
    de: 'Angemeldet: {time}',
    fr: 'Connexion : {time}',
    es: 'Sesión iniciada: {time}',
    sv: 'Inloggad: {time}',
  },
  seen: {
    en: 'Last seen: {time}',
    de: 'Zuletzt gesehen: {time}',
    fr: 'Vu pour la dernière fois : {time}',
    es: 'Visto por última vez: {time}',
    sv: 'Senast sedd: {time}',
  },
  seen_from: {
    en: 'Last seen: {time}, from {address}',
    de: 'Zuletzt gesehen: {time}, von {address}',
    fr: 'Vu pour la dernière fois : {time}, depuis {address}',
    es: 'Visto por última vez: {time}, desde {address}',
    sv: 'Senast sedd: {time}, från {address}',
  },
  end_others: {
    en: 'Sign out everywhere else',
    de: 'Überall sonst abmelden',
    fr: 'Se déconnecter partout ailleurs',
    es: 'Cerrar sesión en todos los demás sitios',
    sv: 'Logga ut överallt annars',
  },
  end_all: {
    en: 'Sign out everywhere, here too',
    de: 'Überall abmelden, auch hier',
    fr: 'Se déconnecter partout, ici aussi',
    es: 'Cerrar sesión en todas partes, también aquí',
    sv: 'Logga ut överallt, även här',
  },
} satisfies Section;
