import type { Section } from '../text.ts';

export const forgotSent = {
  title: {
    en: 'Check your mail',
    de: 'Prüfen Sie Ihr Postfach',
    fr: 'Consultez vos e-mails',
    es: 'Revise su correo',
    sv: 'Kolla din e-post',
  },
  lead: {
    en: 'If there’s an account for <strong>{email}</strong>, we sent a link. It works for 30 minutes.',
    de: 'Wenn es für <strong>{email}</strong> ein Konto gibt, haben wir einen Link geschickt. Er gilt 30 Minuten.',
    fr: 'S’il existe un compte pour <strong>{email}</strong>, nous avons envoyé un lien. Il est valable 30 minutes.',
    es: 'Si existe una cuenta para <strong>{email}</strong>, hemos enviado un enlace. Es válido durante 30 minutos.',
    sv: 'Om det finns ett konto för <strong>{email}</strong> har vi skickat en länk. Den gäller i 30 minuter.',
  },
  no_mail: {
    en: 'No mail? Look in your spam folder, and check that the address above is right.',
    de: 'Keine E-Mail da? Sehen Sie im Spam-Ordner nach, und prüfen Sie, ob die Adresse oben stimmt.',
    fr: 'Pas d’e-mail ? Regardez dans vos courriers indésirables, et vérifiez que l’adresse ci-dessus est la bonne.',
    es: '¿No le ha llegado? Mire en la carpeta de correo no deseado y compruebe que la dirección de arriba es correcta.',
    sv: 'Har inget mejl kommit? Titta i skräpposten och kontrollera att adressen ovan stämmer.',
  },
} satisfies Section;
