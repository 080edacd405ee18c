import type { Section } from '../text.ts';

export const accountDelete = {
  title: {
    en: 'Delete your account',
    de: 'Ihr Konto löschen',
    fr: 'Supprimer votre compte',
    es: 'Eliminar su cuenta',
    sv: 'Radera ditt konto',
  },
  lead: {
    en: 'You’re signed out everywhere at once, and applications lose their access. After {days} days everything about you is erased for good. Until then, sign in to change your mind.',
    de: 'Sie werden sofort überall abgemeldet, und Anwendungen verlieren ihren Zugriff. Nach {days} Tagen wird alles über Sie endgültig gelöscht. Bis dahin können Sie sich anmelden und es sich anders überlegen.',
    fr: 'Vous êtes aussitôt déconnecté partout, et les applications perdent leur accès. Après {days} jours, tout ce qui vous concerne est effacé pour de bon. D’ici là, connectez-vous pour changer d’avis.',
    es: 'Se cierra enseguida su sesión en todas partes y las aplicaciones pierden su acceso. A los {days} días se borra para siempre todo lo que hay sobre usted. Hasta entonces, inicie sesión si cambia de opinión.',
    sv: 'Du loggas genast ut överallt, och appar förlorar sin åtkomst. Efter {days} dagar raderas allt om dig för gott. Fram till dess kan du logga in och ändra dig.',
  },
  confirm: {
    en: 'Your e-mail address, to confirm',
    de: 'Ihre E-Mail-Adresse zur Bestätigung',
    fr: 'Votre adresse e-mail, pour confirmer',
    es: 'Su dirección de correo, para confirmar',
    sv: 'Din e-postadress, för att bekräfta',
  },
  hint: {
    en: 'It’s {account}.',
    de: 'Sie lautet {account}.',
    fr: 'C’est {account}.',
    es: 'Es {account}.',
    sv: 'Den är {account}.',
  },
  other_address: {
    en: 'That isn’t the address of this account. Enter the one you sign in with.',
    de: 'Das ist nicht die Adresse dieses Kontos. Geben Sie die ein, mit der Sie sich anmelden.',
    fr: 'Ce n’est pas l’adresse de ce compte. Saisissez celle avec laquelle vous vous connectez.',
    es: 'Esa no es la dirección de esta cuenta. Introduzca la que usa para iniciar sesión.',
    sv: 'Det är inte det här kontots adress. Ange den som du loggar in med.',
  },
  submit: {
    en: 'Delete my account',
    de: 'Mein Konto löschen',
    fr: 'Supprimer mon compte',
    es: 'Eliminar mi cuenta',
    sv: 'Radera mitt konto',
  },
} satisfies Section;
