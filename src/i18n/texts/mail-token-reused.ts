import type { Section } from '../text.ts';

/** The mail that tells somebody that an application's access was used twice, and has ended. */
export const mailTokenReused = {
  title: {
    en: 'We signed you out of an application',
    de: 'Wir haben Sie von einer Anwendung abgemeldet',
    fr: 'Nous vous avons déconnecté d’une application',
    es: 'Hemos cerrado su sesión en una aplicación',
    sv: 'Vi har loggat ut dig från ett program',
  },
  what: {
    en: 'Access that {app} has to your account {email} at {host} was used from two places. One of them may be somebody who copied it, so we ended it for both.',
    de: 'Ein Zugriff, den {app} auf Ihr Konto {email} bei {host} hat, wurde von zwei Stellen benutzt. Eine davon könnte jemand sein, der ihn kopiert hat. Deshalb haben wir ihn für beide beendet.',
    fr: 'Un accès que {app} a à votre compte {email} sur {host} a été utilisé depuis deux endroits. L’un d’eux est peut-être quelqu’un qui l’a copié : nous y avons mis fin pour les deux.',
    es: 'Un acceso que {app} tiene a su cuenta {email} en {host} se ha usado desde dos sitios. Uno de ellos puede ser alguien que lo ha copiado, así que lo hemos cerrado para ambos.',
    sv: 'En åtkomst som {app} har till ditt konto {email} hos {host} användes från två ställen. Det ena kan vara någon som har kopierat den, så vi avslutade den för båda.',
  },
  do: {
    en: 'Sign in to the application again. If it wasn’t you in the other place, look where you’re signed in and end what you don’t know:',
    de: 'Melden Sie sich in der Anwendung wieder an. Wenn Sie es an der anderen Stelle nicht waren, sehen Sie nach, wo Sie angemeldet sind, und beenden Sie, was Sie nicht kennen:',
    fr: 'Reconnectez-vous à l’application. Si ce n’était pas vous à l’autre endroit, vérifiez où vous êtes connecté et mettez fin à ce que vous ne reconnaissez pas :',
    es: 'Vuelva a entrar en la aplicación. Si no era usted en el otro sitio, mire dónde tiene la sesión abierta y cierre lo que no reconozca:',
    sv: 'Logga in i programmet igen. Om det inte var du på det andra stället, se efter var du är inloggad och avsluta det du inte känner igen:',
  },
  button: {
    en: 'Where I’m signed in',
    de: 'Wo ich angemeldet bin',
    fr: 'Où je suis connecté',
    es: 'Dónde tengo la sesión abierta',
    sv: 'Var jag är inloggad',
  },
  why: {
    en: 'You get this mail because it’s your account, and once a day at most. A fault of the application can have the same effect.',
    de: 'Sie erhalten diese E-Mail, weil es Ihr Konto ist, und höchstens einmal am Tag. Auch ein Fehler der Anwendung kann das bewirken.',
    fr: 'Vous recevez cet e-mail, au plus une fois par jour, parce que ce compte est le vôtre. Un défaut de l’application peut avoir le même effet.',
    es: 'Recibe este correo, como mucho una vez al día, porque la cuenta es suya. Un fallo de la aplicación puede tener el mismo efecto.',
    sv: 'Du får det här mejlet, högst en gång om dagen, eftersom kontot är ditt. Ett fel i programmet kan ge samma verkan.',
  },
} satisfies Section;
