import type { Section } from '../text.ts';

/** The mail that says when an account will be erased. */
export const mailAccountDeletion = {
  title: {
    en: 'Your account will be deleted',
    de: 'Ihr Konto wird gelöscht',
    fr: 'Votre compte va être supprimé',
    es: 'Su cuenta se va a eliminar',
    sv: 'Ditt konto kommer att raderas',
  },
  due: {
    en: 'You asked us to delete the account of {email} at {host}. On {due} it will be erased, with all there is about you. You’re signed out everywhere, and no application has access any more.',
    de: 'Sie haben uns gebeten, das Konto von {email} bei {host} zu löschen. Am {due} wird es gelöscht, mit allem, was es über Sie gibt. Sie sind überall abgemeldet, und keine Anwendung hat noch Zugriff.',
    fr: 'Vous nous avez demandé de supprimer le compte de {email} sur {host}. Il sera effacé le {due}, avec tout ce qui vous concerne. Vous êtes déconnecté partout, et plus aucune application n’y a accès.',
    es: 'Nos ha pedido que eliminemos la cuenta de {email} en {host}. Se borrará el {due}, con todo lo que hay sobre usted. Se ha cerrado su sesión en todas partes y ninguna aplicación tiene ya acceso.',
    sv: 'Du har bett oss att radera kontot för {email} på {host}. Den {due} raderas det, med allt som finns om dig. Du är utloggad överallt, och ingen app har längre åtkomst.',
  },
  keep: {
    en: 'If you change your mind, sign in before that day, and say that you want to keep it.',
    de: 'Wenn Sie es sich anders überlegen, melden Sie sich vor diesem Tag an, und sagen Sie, dass Sie es behalten möchten.',
    fr: 'Si vous changez d’avis, connectez-vous avant ce jour et indiquez que vous voulez le garder.',
    es: 'Si cambia de opinión, inicie sesión antes de ese día e indique que quiere conservarla.',
    sv: 'Om du ändrar dig loggar du in före den dagen och säger att du vill behålla det.',
  },
  button: {
    en: 'Keep your account',
    de: 'Konto behalten',
    fr: 'Garder votre compte',
    es: 'Conservar su cuenta',
    sv: 'Behåll ditt konto',
  },
  not_you: {
    en: 'If it wasn’t you, somebody else knows your password. Keep the account, and change the password at once.',
    de: 'Wenn Sie das nicht waren, kennt jemand anderes Ihr Passwort. Behalten Sie das Konto, und ändern Sie sofort das Passwort.',
    fr: 'Si ce n’était pas vous, quelqu’un d’autre connaît votre mot de passe. Gardez le compte, et changez tout de suite le mot de passe.',
    es: 'Si no ha sido usted, otra persona conoce su contraseña. Conserve la cuenta y cambie la contraseña cuanto antes.',
    sv: 'Om det inte var du känner någon annan till ditt lösenord. Behåll kontot och byt lösenord genast.',
  },
  why: {
    en: 'You get this mail because it’s your account. If you want it deleted, there’s nothing to do.',
    de: 'Sie erhalten diese E-Mail, weil es Ihr Konto ist. Wenn es gelöscht werden soll, müssen Sie nichts tun.',
    fr: 'Vous recevez cet e-mail parce qu’il s’agit de votre compte. Si vous voulez qu’il soit supprimé, vous n’avez rien à faire.',
    es: 'Recibe este correo porque es su cuenta. Si quiere eliminarla, no tiene que hacer nada.',
    sv: 'Du får det här mejlet för att det är ditt konto. Om du vill att det raderas behöver du inte göra något.',
  },
} satisfies Section;
