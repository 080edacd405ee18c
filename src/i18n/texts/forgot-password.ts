import type { Section } from '../text.ts';

export const forgotPassword = {
  title: {
    en: 'Forgot your password?',
    de: 'Passwort vergessen?',
    fr: 'Mot de passe oublié ?',
    es: '¿Ha olvidado su contraseña?',
    sv: 'Har du glömt lösenordet?',
  },
  lead: {
    en: 'Tell us your e-mail address, and we’ll send you a link to set a new one.',
    de: 'Nennen Sie uns Ihre E-Mail-Adresse, und wir senden Ihnen einen Link, mit dem Sie ein neues festlegen.',
    fr: 'Indiquez-nous votre adresse e-mail, et nous vous enverrons un lien pour en choisir un nouveau.',
    es: 'Díganos su dirección de correo y le enviaremos un enlace para elegir una nueva.',
    sv: 'Ange din e-postadress, så skickar vi en länk där du kan välja ett nytt.',
  },
  submit: {
    en: 'Send the link',
    de: 'Link senden',
    fr: 'Envoyer le lien',
    es: 'Enviar el enlace',
    sv: 'Skicka länken',
  },
} satisfies Section;
