import type { Section } from '../text.ts';

export const verifyEmail = {
  title: {
    en: 'Check your mail',
    de: 'Prüfen Sie Ihr Postfach',
    fr: 'Consultez vos e-mails',
    es: 'Revise su correo',
    sv: 'Kolla din e-post',
  },
  lead: {
    en: 'We sent a link to <strong>{email}</strong>. It works for 24 hours. Open it, or enter the code from the same mail here.',
    de: 'Wir haben einen Link an <strong>{email}</strong> geschickt. Er gilt 24 Stunden. Öffnen Sie ihn, oder geben Sie hier den Code aus derselben E-Mail ein.',
    fr: 'Nous avons envoyé un lien à <strong>{email}</strong>. Il est valable 24 heures. Ouvrez-le, ou saisissez ici le code qui figure dans le même e-mail.',
    es: 'Hemos enviado un enlace a <strong>{email}</strong>. Es válido durante 24 horas. Ábralo o introduzca aquí el código del mismo correo.',
    sv: 'Vi har skickat en länk till <strong>{email}</strong>. Den gäller i 24 timmar. Öppna den, eller ange koden från samma mejl här.',
  },
  sent_again: {
    en: 'We send one mail a minute at most. Use the newest you have.',
    de: 'Wir senden höchstens eine E-Mail pro Minute. Verwenden Sie die neueste, die Sie haben.',
    fr: 'Nous envoyons au plus un e-mail par minute. Utilisez le plus récent que vous ayez.',
    es: 'Enviamos como máximo un correo por minuto. Use el más reciente que tenga.',
    sv: 'Vi skickar högst ett mejl i minuten. Använd det senaste som du har fått.',
  },
  wrong_code: {
    en: 'That code doesn’t match, or no longer works. Check the newest mail, or have it sent again.',
    de: 'Dieser Code stimmt nicht oder gilt nicht mehr. Sehen Sie in der neuesten E-Mail nach, oder lassen Sie sich eine neue senden.',
    fr: 'Ce code n’est pas le bon, ou n’est plus valable. Vérifiez l’e-mail le plus récent, ou faites-le renvoyer.',
    es: 'Ese código no es correcto o ya no es válido. Consulte el correo más reciente o pida que se lo enviemos de nuevo.',
    sv: 'Koden stämmer inte eller gäller inte längre. Titta i det senaste mejlet, eller be om ett nytt.',
  },
  submit: {
    en: 'Confirm',
    de: 'Bestätigen',
    fr: 'Confirmer',
    es: 'Confirmar',
    sv: 'Bekräfta',
  },
  no_mail: {
    en: 'No mail? Look in your spam folder first.',
    de: 'Keine E-Mail da? Sehen Sie zuerst im Spam-Ordner nach.',
    fr: 'Pas d’e-mail ? Regardez d’abord dans vos courriers indésirables.',
    es: '¿No le ha llegado? Mire primero en la carpeta de correo no deseado.',
    sv: 'Har inget mejl kommit? Titta först i skräpposten.',
  },
  send_again: {
    en: 'Send it again',
    de: 'Noch einmal senden',
    fr: 'Renvoyer l’e-mail',
    es: 'Reenviar',
    sv: 'Skicka det igen',
  },
} satisfies Section;
