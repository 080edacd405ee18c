import type { Section } from '../text.ts';

/** What many pages say. */
export const common = {
  secured_by: {
    en: 'Secured by Gatehouse',
    de: 'Geschützt durch Gatehouse',
    fr: 'Sécurisé par Gatehouse',
    es: 'Protegido por Gatehouse',
    sv: 'Skyddas av Gatehouse',
  },
  stale_form: {
    en: 'This page was open for too long. Please try again.',
    de: 'Diese Seite war zu lange geöffnet. Bitte versuchen Sie es noch einmal.',
    fr: 'Cette page est restée ouverte trop longtemps. Veuillez réessayer.',
    es: 'Esta página ha estado abierta demasiado tiempo. Inténtelo de nuevo.',
    sv: 'Sidan har varit öppen för länge. Försök igen.',
  },
  go_on: {
    en: 'Continue',
    de: 'Weiter',
    fr: 'Continuer',
    es: 'Continuar',
    sv: 'Fortsätt',
  },
  back_to: {
    en: 'Back to {app}',
    de: 'Zurück zu {app}',
    fr: 'Retour à {app}',
    es: 'Volver a {app}',
    sv: 'Tillbaka till {app}',
  },
  back_to_application: {
    en: 'Back to the application',
    de: 'Zurück zur Anwendung',
    fr: 'Retour à l’application',
    es: 'Volver a la aplicación',
    sv: 'Tillbaka till appen',
  },
  back_to_sign_in: {
    en: 'Back to sign-in',
    de: 'Zurück zur Anmeldung',
    fr: 'Retour à la connexion',
    es: 'Volver al inicio de sesión',
    sv: 'Tillbaka till inloggningen',
  },
  sign_in_elsewhere: {
    en: 'Now open the application you want to use, and sign in there. You can close this page.',
    de: 'Öffnen Sie nun die Anwendung, die Sie nutzen möchten, und melden Sie sich dort an. Diese Seite können Sie schließen.',
    fr: 'Ouvrez maintenant l’application que vous voulez utiliser et connectez-vous à partir de celle-ci. Vous pouvez fermer cette page.',
    es: 'Ahora abra la aplicación que quiera usar e inicie sesión en ella. Puede cerrar esta página.',
    sv: 'Öppna nu appen som du vill använda och logga in där. Du kan stänga den här sidan.',
  },
} satisfies Section;
