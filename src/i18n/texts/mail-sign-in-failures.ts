import type { Section } from '../text.ts';

/** The mail that tells an owner of wrong passwords. */
export const mailSignInFailures = {
  title: {
    en: 'Somebody tries to sign in as you',
    de: 'Jemand versucht, sich als Sie anzumelden',
    fr: 'Quelqu’un essaie de se connecter à votre place',
    es: 'Alguien intenta entrar con su cuenta',
    sv: 'Någon försöker logga in som du',
  },
  what: {
    en: 'A wrong password was entered for your account {email} at {host} ten times or more in a row. Nobody got in that way, and each further try has to wait longer.',
    de: 'Für Ihr Konto {email} bei {host} wurde mindestens zehnmal hintereinander ein falsches Passwort eingegeben. So hat sich niemand angemeldet, und jeder weitere Versuch muss länger warten.',
    fr: 'Un mot de passe erroné a été saisi au moins dix fois de suite pour votre compte {email} sur {host}. Personne ne s’est connecté ainsi, et chaque nouvel essai doit attendre plus longtemps.',
    es: 'Se ha introducido una contraseña incorrecta al menos diez veces seguidas para su cuenta {email} en {host}. Nadie ha entrado así, y cada nuevo intento tiene que esperar más.',
    sv: 'Ett felaktigt lösenord har angetts minst tio gånger i rad för ditt konto {email} hos {host}. Ingen har kommit in på det sättet, och varje nytt försök får vänta längre.',
  },
  do: {
    en: 'If it was you and you don’t remember your password, set a new one. If it wasn’t you and you use the same password elsewhere, set one of its own here:',
    de: 'Wenn Sie es waren und Ihr Passwort nicht mehr wissen, legen Sie ein neues fest. Wenn Sie es nicht waren und dasselbe Passwort anderswo benutzen, legen Sie hier ein eigenes fest:',
    fr: 'Si c’était vous et que vous avez oublié votre mot de passe, choisissez-en un nouveau. Si ce n’était pas vous et que vous utilisez le même ailleurs, choisissez-en un différent ici :',
    es: 'Si ha sido usted y no recuerda su contraseña, elija una nueva. Si no ha sido usted y usa la misma en otro sitio, elija aquí una distinta:',
    sv: 'Om det var du och du har glömt ditt lösenord väljer du ett nytt. Om det inte var du och du använder samma lösenord på andra ställen väljer du ett eget här:',
  },
  why: {
    en: 'You get this mail because it’s your account, and once a day at most. Where you have signed in before, you can still sign in as usual.',
    de: 'Sie erhalten diese E-Mail, weil es Ihr Konto ist, und höchstens einmal am Tag. Wo Sie sich schon einmal angemeldet haben, können Sie das weiterhin wie gewohnt tun.',
    fr: 'Vous recevez cet e-mail, au plus une fois par jour, parce que ce compte est le vôtre. Là où vous vous êtes déjà connecté, vous pouvez toujours le faire comme d’habitude.',
    es: 'Recibe este correo, como mucho una vez al día, porque la cuenta es suya. Donde ya ha entrado antes, puede seguir entrando como siempre.',
    sv: 'Du får det här mejlet, högst en gång om dagen, eftersom kontot är ditt. Där du har loggat in tidigare kan du fortfarande logga in som vanligt.',
  },
} satisfies Section;
