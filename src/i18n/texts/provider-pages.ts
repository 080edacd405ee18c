import type { Section } from '../text.ts';

/** What the engine cannot go on with, by the protocol's word for it: a heading, and what to do. */
export const providerPages = {
  other_heading: {
    en: 'This didn’t work',
    de: 'Das hat nicht geklappt',
    fr: 'Cela n’a pas fonctionné',
    es: 'No ha funcionado',
    sv: 'Det gick inte',
  },
  other_message: {
    en: 'Go back to the application and try again. If it happens again, tell the people who run it the code below.',
    de: 'Gehen Sie zurück zur Anwendung und versuchen Sie es noch einmal. Wenn es wieder geschieht, nennen Sie ihren Betreibern den Code unten.',
    fr: 'Retournez à l’application et réessayez. Si cela se reproduit, communiquez le code ci-dessous à ses responsables.',
    es: 'Vuelva a la aplicación e inténtelo de nuevo. Si vuelve a ocurrir, indique el código de abajo a quienes la gestionan.',
    sv: 'Gå tillbaka till appen och försök igen. Om det händer igen kan du lämna koden nedan till dem som driver den.',
  },
  invalid_client_heading: {
    en: 'We don’t know this application',
    de: 'Wir kennen diese Anwendung nicht',
    fr: 'Nous ne connaissons pas cette application',
    es: 'No conocemos esta aplicación',
    sv: 'Vi känner inte till den här appen',
  },
  invalid_client_message: {
    en: 'The application that sent you here isn’t registered. Tell the people who run it the code below.',
    de: 'Die Anwendung, die Sie hierher geschickt hat, ist nicht registriert. Nennen Sie ihren Betreibern den Code unten.',
    fr: 'L’application qui vous a envoyé ici n’est pas enregistrée. Communiquez le code ci-dessous à ses responsables.',
    es: 'La aplicación que le ha enviado aquí no está registrada. Indique el código de abajo a quienes la gestionan.',
    sv: 'Appen som skickade dig hit är inte registrerad. Lämna koden nedan till dem som driver den.',
  },
  invalid_redirect_uri_heading: {
    en: 'We can’t send you back there',
    de: 'Wir können Sie nicht dorthin zurückschicken',
    fr: 'Nous ne pouvons pas vous renvoyer là-bas',
    es: 'No podemos enviarle de vuelta allí',
    sv: 'Vi kan inte skicka dig tillbaka dit',
  },
  invalid_redirect_uri_message: {
    en: 'The application asked us to send you to an address it hasn’t registered. Tell the people who run it the code below.',
    de: 'Die Anwendung hat uns gebeten, Sie zu einer Adresse zu schicken, die sie nicht registriert hat. Nennen Sie ihren Betreibern den Code unten.',
    fr: 'L’application nous a demandé de vous envoyer à une adresse qu’elle n’a pas enregistrée. Communiquez le code ci-dessous à ses responsables.',
    es: 'La aplicación nos ha pedido que le enviemos a una dirección que no tiene registrada. Indique el código de abajo a quienes la gestionan.',
    sv: 'Appen bad oss skicka dig till en adress som den inte har registrerat. Lämna koden nedan till dem som driver den.',
  },
  server_error_heading: {
    en: 'Something went wrong',
    de: 'Etwas ist schiefgegangen',
    fr: 'Une erreur s’est produite',
    es: 'Algo ha ido mal',
    sv: 'Något gick fel',
  },
  server_error_message: {
    en: 'The fault is ours, and has been logged. Go back to the application and try again in a moment.',
    de: 'Der Fehler liegt bei uns und wurde protokolliert. Gehen Sie zurück zur Anwendung und versuchen Sie es gleich noch einmal.',
    fr: 'L’erreur vient de chez nous et a été enregistrée. Retournez à l’application et réessayez dans un instant.',
    es: 'El fallo es nuestro y ha quedado registrado. Vuelva a la aplicación e inténtelo de nuevo dentro de un momento.',
    sv: 'Felet är vårt och har loggats. Gå tillbaka till appen och försök igen om en stund.',
  },
} satisfies Section;
