import type { Section } from '../text.ts';

const ONE_MOMENT = {
  en: 'One moment, please',
  de: 'Einen Moment bitte',
  fr: 'Un instant, s’il vous plaît',
  es: 'Un momento, por favor',
  sv: 'Ett ögonblick',
};

/** A part of ours is away: which, nobody who reads a page can do anything about. */
const AWAY = {
  en: 'A part of our service does not answer right now. Go back, wait a few seconds, and try again.',
  de: 'Ein Teil unseres Dienstes antwortet gerade nicht. Gehen Sie zurück, warten Sie einige Sekunden, und versuchen Sie es noch einmal.',
  fr: 'Une partie de notre service ne répond pas pour le moment. Revenez en arrière, attendez quelques secondes et réessayez.',
  es: 'Una parte de nuestro servicio no responde en este momento. Vuelva atrás, espere unos segundos e inténtelo de nuevo.',
  sv: 'En del av vår tjänst svarar inte just nu. Gå tillbaka, vänta några sekunder och försök igen.',
};

/** What went wrong with a request, by the problem's code: a heading, and what to do. */
export const problemPage = {
  other_heading: {
    en: 'This didn’t work',
    de: 'Das hat nicht geklappt',
    fr: 'Cela n’a pas fonctionné',
    es: 'No ha funcionado',
    sv: 'Det gick inte',
  },
  other_message: {
    en: 'Go back and try again.',
    de: 'Gehen Sie zurück und versuchen Sie es noch einmal.',
    fr: 'Revenez en arrière et réessayez.',
    es: 'Vuelva atrás e inténtelo de nuevo.',
    sv: 'Gå tillbaka och försök igen.',
  },
  not_found_heading: {
    en: 'There’s no such page',
    de: 'Diese Seite gibt es nicht',
    fr: 'Cette page n’existe pas',
    es: 'Esta página no existe',
    sv: 'Sidan finns inte',
  },
  not_found_message: {
    en: 'Check the address, or go back to where you came from.',
    de: 'Prüfen Sie die Adresse, oder gehen Sie dorthin zurück, wo Sie herkamen.',
    fr: 'Vérifiez l’adresse, ou retournez là d’où vous venez.',
    es: 'Compruebe la dirección o vuelva al lugar de donde venía.',
    sv: 'Kontrollera adressen, eller gå tillbaka dit du kom ifrån.',
  },
  bad_request_heading: {
    en: 'This didn’t work',
    de: 'Das hat nicht geklappt',
    fr: 'Cela n’a pas fonctionné',
    es: 'No ha funcionado',
    sv: 'Det gick inte',
  },
  bad_request_message: {
    en: 'We couldn’t read what was sent. Go back and try again.',
    de: 'Wir konnten nicht lesen, was gesendet wurde. Gehen Sie zurück und versuchen Sie es noch einmal.',
    fr: 'Nous n’avons pas pu lire ce qui a été envoyé. Revenez en arrière et réessayez.',
    es: 'No hemos podido leer lo que se ha enviado. Vuelva atrás e inténtelo de nuevo.',
    sv: 'Vi kunde inte läsa det som skickades. Gå tillbaka och försök igen.',
  },
  too_large_heading: {
    en: 'That’s too long',
    de: 'Das ist zu lang',
    fr: 'C’est trop long',
    es: 'Es demasiado largo',
    sv: 'Det är för långt',
  },
  too_large_message: {
    en: 'More was sent than we can take. Go back and shorten what you typed.',
    de: 'Es wurde mehr gesendet, als wir annehmen können. Gehen Sie zurück und kürzen Sie, was Sie eingegeben haben.',
    fr: 'Ce qui a été envoyé dépasse ce que nous pouvons accepter. Revenez en arrière et raccourcissez ce que vous avez saisi.',
    es: 'Se ha enviado más de lo que podemos aceptar. Vuelva atrás y acorte lo que ha escrito.',
    sv: 'Det som skickades är mer än vi kan ta emot. Gå tillbaka och korta det du skrev.',
  },
  already_used_heading: {
    en: 'This was done already',
    de: 'Das ist schon erledigt',
    fr: 'C’est déjà fait',
    es: 'Esto ya está hecho',
    sv: 'Det är redan gjort',
  },
  already_used_message: {
    en: 'This sign-in was finished a moment ago. Go back to the application; if you aren’t signed in, start again.',
    de: 'Diese Anmeldung wurde gerade eben abgeschlossen. Gehen Sie zurück zur Anwendung; wenn Sie nicht angemeldet sind, beginnen Sie noch einmal.',
    fr: 'Cette connexion vient de se terminer. Retournez à l’application ; si vous n’êtes pas connecté, recommencez.',
    es: 'Este inicio de sesión ha terminado hace un momento. Vuelva a la aplicación; si su sesión no está abierta, empiece de nuevo.',
    sv: 'Den här inloggningen blev klar för en stund sedan. Gå tillbaka till appen; om du inte är inloggad kan du börja om.',
  },
  internal_error_heading: {
    en: 'Something went wrong',
    de: 'Etwas ist schiefgegangen',
    fr: 'Une erreur s’est produite',
    es: 'Algo ha ido mal',
    sv: 'Något gick fel',
  },
  internal_error_message: {
    en: 'The fault is ours, and has been logged. Try again in a moment. If it happens again, tell the people who run this page the reference below.',
    de: 'Der Fehler liegt bei uns und wurde protokolliert. Versuchen Sie es gleich noch einmal. Wenn es wieder geschieht, nennen Sie den Betreibern dieser Seite die Referenz unten.',
    fr: 'L’erreur vient de chez nous et a été enregistrée. Réessayez dans un instant. Si cela se reproduit, communiquez la référence ci-dessous aux responsables de cette page.',
    es: 'El fallo es nuestro y ha quedado registrado. Inténtelo de nuevo dentro de un momento. Si vuelve a ocurrir, indique la referencia de abajo a quienes gestionan esta página.',
    sv: 'Felet är vårt och har loggats. Försök igen om en stund. Om det händer igen kan du lämna referensen nedan till dem som driver sidan.',
  },
  busy_heading: ONE_MOMENT,
  busy_message: {
    en: 'We have more to do right now than we can manage at once. Go back, wait a few seconds, and try again.',
    de: 'Wir haben gerade mehr zu tun, als wir auf einmal schaffen. Gehen Sie zurück, warten Sie einige Sekunden, und versuchen Sie es noch einmal.',
    fr: 'Nous avons en ce moment plus à faire que nous ne pouvons traiter d’un coup. Revenez en arrière, attendez quelques secondes et réessayez.',
    es: 'En este momento tenemos más trabajo del que podemos atender a la vez. Vuelva atrás, espere unos segundos e inténtelo de nuevo.',
    sv: 'Just nu har vi mer att göra än vi hinner med på en gång. Gå tillbaka, vänta några sekunder och försök igen.',
  },
  unavailable_heading: ONE_MOMENT,
  unavailable_message: AWAY,
  list_behind_heading: ONE_MOMENT,
  list_behind_message: AWAY,
  for_support: {
    en: 'For support',
    de: 'Für den Support',
    fr: 'Pour l’assistance',
    es: 'Para el soporte',
    sv: 'För supporten',
  },
  code: {
    en: 'Code',
    de: 'Code',
    fr: 'Code',
    es: 'Código',
    sv: 'Kod',
  },
  reference: {
    en: 'Reference',
    de: 'Referenz',
    fr: 'Référence',
    es: 'Referencia',
    sv: 'Referens',
  },
} satisfies Section;
