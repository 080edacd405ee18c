import type { Section } from '../text.ts';

export const lost = {
  title: {
    en: 'Please sign in again',
    de: 'Bitte melden Sie sich noch einmal an',
    fr: 'Veuillez vous reconnecter',
    es: 'Inicie sesión de nuevo',
    sv: 'Logga in igen',
  },
  lead: {
    en: 'This sign-in is over: it’s finished, it was open for too long, or it was started in another browser.',
    de: 'Diese Anmeldung ist vorbei: Sie ist abgeschlossen, war zu lange geöffnet oder wurde in einem anderen Browser begonnen.',
    fr: 'Cette connexion n’est plus en cours : elle est terminée, elle est restée ouverte trop longtemps, ou elle a été commencée dans un autre navigateur.',
    es: 'Este inicio de sesión ya no está en curso: ha terminado, ha estado abierto demasiado tiempo o se empezó en otro navegador.',
    sv: 'Den här inloggningen är över: den är klar, har varit öppen för länge eller påbörjades i en annan webbläsare.',
  },
  back: {
    en: 'Go back to <bdi>{app}</bdi> and start from there.',
    de: 'Gehen Sie zurück zu <bdi>{app}</bdi> und beginnen Sie dort.',
    fr: 'Retournez à <bdi>{app}</bdi> et recommencez à partir de là.',
    es: 'Vuelva a <bdi>{app}</bdi> y empiece desde allí.',
    sv: 'Gå tillbaka till <bdi>{app}</bdi> och börja därifrån.',
  },
  elsewhere: {
    en: 'Go back to the application and sign in again.',
    de: 'Gehen Sie zurück zur Anwendung und melden Sie sich noch einmal an.',
    fr: 'Retournez à l’application et reconnectez-vous.',
    es: 'Vuelva a la aplicación e inicie sesión de nuevo.',
    sv: 'Gå tillbaka till appen och logga in igen.',
  },
} satisfies Section;
